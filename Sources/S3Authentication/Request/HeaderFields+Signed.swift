internal import HTTPSemantics

extension HeaderFields {
  /// Every value of the field that a client signed as `name`. CGI writes `_` as `-`, so that what the client calls
  /// `x-amz-meta-a_b` may have come as `x-amz-meta-a-b`.
  func signedValues(of name: String) -> [String] {
    let values = values(of: name)
    return values.isEmpty && name.contains("_") ? self.values(of: Self.foldedByCGI(name)) : values
  }

  /// The first field that S3 gives a meaning to and that is not among the signed ones. The fields whose values are
  /// signed in another place are left out.
  func firstUnsigned(among signedHeaders: [String]) -> String? {
    let signed = Set(signedHeaders.lazy.map(Self.foldedByCGI))
    let coveredElsewhere: Set = ["x-amz-content-sha256", "x-amz-date"]
    for field in fields {
      let name = Self.foldedByCGI(field.name)
      if name.hasPrefix("x-amz-"), !coveredElsewhere.contains(name), !signed.contains(name) { return name }
    }
    return signed.contains("host") ? nil : "host"
  }

  private static func foldedByCGI(_ name: String) -> String {
    String(name.lowercased().map { $0 == "_" ? "-" : $0 })
  }
}
