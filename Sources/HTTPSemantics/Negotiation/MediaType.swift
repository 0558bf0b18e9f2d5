/// A media type with its parameters (RFC 9110 §8.3.1), such as `multipart/form-data; boundary=x`.
public struct MediaType: Sendable, Equatable, CustomStringConvertible {
  /// The type in lower case: `image` of `image/png`.
  public let type: String
  /// The subtype in lower case: `png` of `image/png`.
  public let subtype: String
  /// The parameters in their order, with names in lower case and values without quotes.
  public let parameters: [NameValuePair]

  /// Parses the value of a `Content-Type` field; nil if it is malformed or names a parameter twice.
  ///
  /// An unquoted value may hold more than token characters, since clients send boundaries such as `=_a/b` unquoted.
  public init?(parsing text: String) {
    var scanner = FieldScanner(text)
    scanner.skipWhitespace()
    guard
      let type = scanner.token(), scanner.take(ASCII.slash), let subtype = scanner.token(),
      let parameters = scanner.parameters()
    else { return nil }
    self.type = type.asciiLowercased
    self.subtype = subtype.asciiLowercased
    self.parameters = parameters.map { parameter in
      NameValuePair(parameter.name, String(decoding: parameter.value, as: UTF8.self))
    }
  }

  /// Type and subtype without parameters, in lower case.
  public var essence: String { "\(type)/\(subtype)" }

  /// The value of the parameter `name`, which is given in lower case.
  public func parameter(_ name: String) -> String? {
    parameters.first { $0.name == name }?.value
  }

  /// The field value; parameter values that are no token are quoted.
  public var description: String {
    parameters.reduce(into: essence) { text, parameter in
      text += "; \(parameter.name)="
      if HeaderFields.isName(parameter.value) {
        text += parameter.value
      } else {
        text += QuotedString.quote(parameter.value)
      }
    }
  }
}
