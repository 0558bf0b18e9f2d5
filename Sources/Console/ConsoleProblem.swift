internal import HTTPSemantics
internal import WebService

/// Why the console refuses something. Its pages have words for each code (RFC 9457).
struct ConsoleProblem: Error, Equatable {
  /// The stable codes.
  enum Code: String, CaseIterable, Sendable {
    /// The request has no valid session.
    case signInRequired = "sign-in-required"
    /// There is no such key, or its secret is another one.
    case wrongCredentials = "wrong-credentials"
    /// The request does not come from the console's own pages.
    case crossSite = "cross-site"
    /// Not for this account.
    case notPermitted = "not-permitted"
    /// After wrong secrets.
    case tooManyAttempts = "too-many-attempts"
    /// The body or a parameter does not parse.
    case malformedRequest = "malformed-request"
    /// A name that cannot be a key's.
    case invalidName = "invalid-name"
    /// A secret that is too short.
    case invalidSecret = "invalid-secret"
    /// A policy that is none.
    case invalidPolicy = "invalid-policy"
    /// There is nothing of that name.
    case notFound = "not-found"
    /// The name is taken.
    case exists
    /// No space is left.
    case storageFull = "storage-full"
    /// The storage cannot be reached at the moment; the operator's log says why.
    case overloaded
    /// What should not happen; the operator's log says what.
    case internalError = "internal-error"

    /// The status that goes with it.
    var status: HTTPStatus {
      switch self {
      case .signInRequired, .wrongCredentials: .unauthorized
      case .crossSite, .notPermitted: .forbidden
      case .tooManyAttempts: .tooManyRequests
      case .malformedRequest: .badRequest
      case .invalidName, .invalidSecret, .invalidPolicy: .unprocessableContent
      case .notFound: .notFound
      case .exists: .conflict
      case .storageFull: .insufficientStorage
      case .overloaded: .serviceUnavailable
      case .internalError: .internalServerError
      }
    }

    /// As the interface tells it.
    var refusal: Refusal { Refusal(status, code: rawValue) }
  }

  /// The code.
  let code: Code
  /// What is wrong in this very case; not in the visitor's language.
  var detail: String?
  /// Seconds until it is worth trying again.
  var retryAfter: Int?

  init(_ code: Code, _ detail: String? = nil, retryAfter: Int? = nil) {
    self.code = code
    self.detail = detail
    self.retryAfter = retryAfter ?? (code == .overloaded ? 2 : nil)
  }

  /// The answer.
  var response: WebResponse {
    let status = code.status
    let json: JSONValue = [
      "type": "about:blank", "title": .string(status.reason), "status": .int(Int64(status.code)),
      "detail": .string(detail ?? code.rawValue), "code": .string(code.rawValue),
    ]
    var response = WebResponse(status: status, json: json, type: "application/problem+json")
    response.fields.set("Cache-Control", "no-store")
    if let retryAfter { response.fields.set("Retry-After", String(retryAfter)) }
    return response
  }
}
