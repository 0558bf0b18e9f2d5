/// A status code with its reason phrase (RFC 9110 §15). Two statuses are equal if their codes are.
public struct HTTPStatus: Hashable, Sendable, CustomStringConvertible {
  /// The three-digit code.
  public let code: Int
  /// The phrase for people; it has no meaning to a program.
  public let reason: String

  /// A status of one's own; the usual ones are static members.
  public init(code: Int, reason: String) {
    self.code = code
    self.reason = reason
  }

  /// Code and phrase, as CGI's `Status` field wants them: `404 Not Found`.
  public var description: String { "\(code) \(reason)" }

  /// Whether the code is one of 4xx or 5xx.
  public var isError: Bool { code >= 400 }

  /// Whether a response with this code carries content at all (RFC 9110 §6.4.1).
  public var allowsContent: Bool { code >= 200 && code != 204 && code != 304 }

  /// Compares codes only.
  public static func == (left: HTTPStatus, right: HTTPStatus) -> Bool { left.code == right.code }

  /// Hashes the code only.
  public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
