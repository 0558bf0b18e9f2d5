internal import HTTPSemantics

/// CGI writes `_` as `-`: what a client calls `x-amz-meta-a_b` comes as `x-amz-meta-a-b`. The list of signed names tells.
extension HeaderFields {
  /// The fields under the names that the client signed them by. Where two of those are one to CGI, nothing tells which
  /// value came under which name: each reading is given, and the signature is right for one of them.
  func spelled(_ signedHeaders: [String]) -> [HeaderFields] {
    let names = signedHeaders.map { $0.lowercased() }
    guard names.contains(where: { $0.contains("_") }) else { return [self] }
    let byFolded = Dictionary(grouping: names, by: Self.foldedByCGI)
    let inOrder = renamed(byFolded)
    guard byFolded.values.contains(where: { $0.count > 1 }) else { return [inOrder] }
    return [inOrder, renamed(byFolded.mapValues { $0.reversed() })]
  }

  /// The fields under other names: those that come as the same name take its names one by one.
  private func renamed(_ names: [String: [String]]) -> HeaderFields {
    var renamed = HeaderFields()
    var taken: [String: Int] = [:]
    for field in fields {
      let folded = Self.foldedByCGI(field.name)
      guard let spellings = names[folded], let last = spellings.last else {
        renamed.append(field.name, field.value)
        continue
      }
      let index = taken[folded, default: 0]
      taken[folded] = index + 1
      renamed.append(index < spellings.count ? spellings[index] : last, field.value)
    }
    return renamed
  }

  /// The first field that S3 gives a meaning to and that is not among the signed ones. The fields whose values are
  /// signed in another place are left out.
  func firstUnsigned(among signedHeaders: [String]) -> String? {
    let signed = Set(signedHeaders.lazy.map { $0.lowercased() })
    let coveredElsewhere: Set = ["x-amz-content-sha256", "x-amz-date"]
    for field in fields {
      let name = field.name.lowercased()
      if name.hasPrefix("x-amz-"), !coveredElsewhere.contains(name), !signed.contains(name) { return name }
    }
    return signed.contains("host") ? nil : "host"
  }

  /// A name as CGI spells it.
  static func foldedByCGI(_ name: String) -> String {
    String(name.lowercased().map { $0 == "_" ? "-" : $0 })
  }
}
