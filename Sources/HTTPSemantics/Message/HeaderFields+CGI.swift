extension HeaderFields {
  /// A CGI parameter as it came.
  public typealias CGIParameter = (name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)

  private static let prefix = Array("HTTP_".utf8)
  private static let entityParameters = [
    (parameter: Array("CONTENT_TYPE".utf8), field: "content-type"),
    (parameter: Array("CONTENT_LENGTH".utf8), field: "content-length"),
  ]

  /// The request's header section as CGI parameters carry it (RFC 3875 §4.1.18): `HTTP_IF_MATCH` is `if-match`;
  /// `CONTENT_TYPE` and `CONTENT_LENGTH` are fields too, where they are not empty. Other parameters are left out.
  /// A value that is not UTF-8 is ISO 8859-1, which fields had before (RFC 9110 §5.5).
  public init(cgiParameters: [CGIParameter]) {
    self.init()
    // nginx hands these on both with and without the prefix. What stands twice with it came twice.
    var unprefixed: Set<String> = []
    for (parameter, value) in cgiParameters {
      let name: String
      if parameter.starts(with: Self.prefix) {
        name = Self.fieldName(parameter.dropFirst(Self.prefix.count))
        if unprefixed.remove(name) != nil { continue }
      } else if !value.isEmpty, let entity = Self.entityParameters.first(where: { parameter == $0.parameter[...] }) {
        name = entity.field
        if contains(name) { continue }
        unprefixed.insert(name)
      } else {
        continue
      }
      append(name, Self.text(value))
    }
  }

  private static func text(_ value: ArraySlice<UInt8>) -> String {
    if let text = String(validating: value, as: UTF8.self) { return text }
    return String(String.UnicodeScalarView(value.lazy.map { Unicode.Scalar($0) }))
  }

  /// In lower case, with dashes.
  private static func fieldName(_ parameter: ArraySlice<UInt8>) -> String {
    let name = parameter.map { $0 == UInt8(ascii: "_") ? ASCII.dash : ASCII.lowercased($0) }
    return String(decoding: name, as: UTF8.self)
  }
}
