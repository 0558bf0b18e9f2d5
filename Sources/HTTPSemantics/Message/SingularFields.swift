/// Fields of a request that have one value, by RFC 9110 §5.3 and the specifications of each, and so stand once. Of two,
/// a check could read the one, and what is done then the other.
public enum SingularFields {
  /// Their names in lower case. Whatever is a list (`Accept`, `Cache-Control`, `If-Match`, `Via`) is not among them, nor
  /// is what no part of the program reads.
  public static let names: Set<String> = [
    "access-control-request-method", "authorization", "content-disposition", "content-length", "content-location",
    "content-md5", "content-range", "content-type", "cookie", "date", "expires", "from", "host", "if-modified-since",
    "if-range", "if-unmodified-since", "max-forwards", "origin", "proxy-authorization", "range", "referer",
    "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site", "user-agent",
  ]

  /// As CGI calls them: `HTTP_IF_RANGE`.
  fileprivate static let parameterNames: Set<ArraySlice<UInt8>> = Set(
    names.map { name in
      Array("HTTP_".utf8)[...] + name.utf8.map { $0 == ASCII.dash ? UInt8(ascii: "_") : ASCII.uppercased($0) }
    })

  /// Whether a parameter is a field of the header: the rest need not be looked up.
  private static func isOfField(_ name: ArraySlice<UInt8>) -> Bool {
    name.count > 5 && name[name.startIndex] == UInt8(ascii: "H") && name[name.startIndex + 4] == UInt8(ascii: "_")
  }

  /// The name of the first of them, in lower case, that stands twice among CGI parameters; nil where none does.
  public static func firstRepeated(cgiParameters: [HeaderFields.CGIParameter]) -> String? {
    var seen: Set<ArraySlice<UInt8>> = []
    for (name, _) in cgiParameters
    where isOfField(name) && parameterNames.contains(name) && !seen.insert(name).inserted {
      let field = name.dropFirst(5).map { $0 == UInt8(ascii: "_") ? ASCII.dash : ASCII.lowercased($0) }
      return String(decoding: field, as: UTF8.self)
    }
    return nil
  }
}

extension HeaderFields {
  /// So few are compared with each other faster than they are looked up.
  private static let fewFields = 32

  /// The name of the first field, in lower case, that stands twice and `isSingular`; nil where none does.
  /// - Parameter isSingular: called with the name in lower case.
  public func firstRepeated(where isSingular: (String) -> Bool) -> String? {
    guard fields.count > Self.fewFields else {
      for index in fields.indices {
        let name = fields[index].name
        guard fields[..<index].contains(where: { $0.name.equalsIgnoringASCIICase(name) }) else { continue }
        if isSingular(name.asciiLowercased) { return name.asciiLowercased }
      }
      return nil
    }
    var seen: Set<String> = []
    for field in fields {
      let name = field.name.asciiLowercased
      if isSingular(name), !seen.insert(name).inserted { return name }
    }
    return nil
  }
}
