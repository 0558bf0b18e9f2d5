public import HTTPSemantics

/// An answer that a route may give, other than a refusal.
public struct Answer: Sendable {
  let status: HTTPStatus
  let description: String
  let contents: [(type: String, schema: Schema?)]

  /// A JSON document.
  public static func json(_ schema: Schema, _ description: String, status: HTTPStatus = .ok) -> Answer {
    Answer(status: status, description: description, contents: [("application/json", schema)])
  }

  /// A page for people.
  public static func page(_ description: String, status: HTTPStatus = .ok) -> Answer {
    Answer(status: status, description: description, contents: [("text/html", nil)])
  }

  /// Bytes of a media type.
  public static func content(_ type: String, _ description: String, status: HTTPStatus = .ok) -> Answer {
    Answer(status: status, description: description, contents: [(type, nil)])
  }

  /// Header fields only.
  public static func empty(_ status: HTTPStatus, _ description: String) -> Answer {
    Answer(status: status, description: description, contents: [])
  }
}

/// A refusal that a route may give: a status, and the code in its problem document.
public struct Refusal: Sendable {
  let status: HTTPStatus
  let code: String

  /// A refusal.
  public init(_ status: HTTPStatus, code: String) {
    self.status = status
    self.code = code
  }

  init(_ code: ProblemCode) {
    self.init(code.status, code: code.rawValue)
  }

  /// Those that any request may meet, here or in the web server.
  static let ofEveryRoute =
    [ProblemCode.malformedRequest, .tooLarge, .tooManyRequests, .internalError, .overloaded].map { Refusal($0) }
    + [Refusal(.badGateway, code: "overloaded"), Refusal(.gatewayTimeout, code: "overloaded")]
}
