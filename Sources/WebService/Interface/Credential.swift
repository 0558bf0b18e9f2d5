internal import HTTPSemantics

/// What a request shows to be let in: where it stands, for the interface and for whoever reads it.
public struct Credential: Sendable {
  /// Where it stands in a request.
  public enum Location: Sendable {
    /// `Authorization: Bearer …` (RFC 6750).
    case bearer
    /// A parameter of the query.
    case query(String)
    /// A header field.
    case field(String)
    /// A cookie.
    case cookie(String)
  }

  /// The name of it in the interface.
  public let name: String
  let location: Location
  let description: String

  /// - Parameter name: that of the interface, such as `uploadToken`.
  public init(_ name: String, _ location: Location, _ description: String) {
    self.name = name
    self.location = location
    self.description = description
  }

  /// What a request shows; nil where it shows nothing.
  public func shown(by request: WebRequest) -> String? {
    switch location {
    case .bearer: request.bearerToken
    case .query(let name): request.target.query.first(name)
    case .field(let name): request.fields[name]
    case .cookie(let name): request.cookie(name)
    }
  }

  /// The parameter of the query that it is, if it is one.
  var queryParameter: String? {
    if case .query(let name) = location { name } else { nil }
  }

  /// The object that OpenAPI describes a security scheme by.
  var json: JSONValue {
    let key: (String, String)
    switch location {
    case .bearer: return ["type": "http", "scheme": "bearer", "description": .string(description)]
    case .query(let name): key = ("query", name)
    case .field(let name): key = ("header", name)
    case .cookie(let name): key = ("cookie", name)
    }
    return [
      "type": "apiKey", "in": .string(key.0), "name": .string(key.1), "description": .string(description),
    ]
  }
}
