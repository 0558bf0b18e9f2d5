public import HTTPSemantics

/// Why a request is refused (RFC 9457).
public struct Problem: Error, Equatable, Sendable {
  /// The code, which programs rely on.
  public var code: ProblemCode
  /// What is wrong with this very request; nil for what the code's own wording says.
  public var detail: ProblemDetail?
  /// The methods that the route has, for 405.
  public var allowedMethods: [HTTPMethod] = []
  /// Seconds until it is worth trying again, for 503 and 429.
  public var retryAfter: Int?
  /// The cause in English, for a client that may know everything about the resource; a visitor is not shown it.
  public var cause: String?
  /// What the operator should know; never shown to the client.
  public var context: String?

  /// A refusal.
  public init(_ code: ProblemCode, _ detail: ProblemDetail? = nil, context: String? = nil) {
    self.code = code
    self.detail = detail
    self.context = context
    switch code {
    case .overloaded: retryAfter = 2
    case .tooManyReports: retryAfter = 3_600
    case .readOnly: retryAfter = 60
    default: break
    }
  }
}
