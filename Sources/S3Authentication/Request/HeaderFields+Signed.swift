internal import HTTPSemantics

/// CGI writes `_` as `-`: what a client calls `x-amz-meta-a_b` comes as `x-amz-meta-a-b`. The list of signed names tells.
extension HeaderFields {
  /// The fields under the names that the client signed them by. Where two of those are one to CGI, nothing tells which
  /// value came under which name: each reading is given, and the signature is right for one of them.
  func spelled(_ signedHeaders: [String]) -> [HeaderFields] {
    let names = signedHeaders.map { $0.lowercased() }
    guard names.contains(where: { $0.utf8.contains(UInt8(ascii: "_")) }) else { return [self] }
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
    func isSigned(_ name: String) -> Bool { signedHeaders.contains { $0.equalsIgnoringASCIICase(name) } }
    for field in fields where field.name.utf8.count > Self.meantPrefix.utf8.count {
      let name = field.name.lowercased()
      guard name.utf8.starts(with: Self.meantPrefix.utf8), !Self.coveredElsewhere.contains(name) else { continue }
      if !isSigned(name) { return name }
    }
    return isSigned("host") ? nil : "host"
  }

  private static let meantPrefix = "x-amz-"
  private static let coveredElsewhere = ["x-amz-content-sha256", "x-amz-date"]

  /// A name as CGI spells it.
  static func foldedByCGI(_ name: String) -> String {
    String(decoding: name.lowercased().utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }, as: UTF8.self)
  }
}
