extension HeaderFields {
  /// The request's header section as CGI parameters carry it (RFC 3875 §4.1.18): `HTTP_IF_MATCH` is `if-match`;
  /// `CONTENT_TYPE` and `CONTENT_LENGTH` are fields too, where they are not empty. Other parameters are left out.
  public init(cgiParameters: some Sequence<(name: String, value: String)>) {
    self.init()
    for parameter in cgiParameters {
      guard let name = Self.fieldName(ofCGIParameter: parameter.name) else { continue }
      if parameter.value.isEmpty, !parameter.name.hasPrefix("HTTP_") { continue }
      append(name, parameter.value)
    }
  }

  /// The name, in lower case, of the field that the CGI parameter `parameter` stands for; nil if it stands for none.
  public static func fieldName(ofCGIParameter parameter: String) -> String? {
    if parameter == "CONTENT_TYPE" { return "content-type" }
    if parameter == "CONTENT_LENGTH" { return "content-length" }
    let prefix = "HTTP_"
    guard parameter.hasPrefix(prefix), parameter.utf8.count > prefix.utf8.count else { return nil }
    let name = parameter.utf8.dropFirst(prefix.utf8.count).map { byte in
      byte == UInt8(ascii: "_") ? ASCII.dash : ASCII.lowercased(byte)
    }
    return String(decoding: name, as: UTF8.self)
  }
}
