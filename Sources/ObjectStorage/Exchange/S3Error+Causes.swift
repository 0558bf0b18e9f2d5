internal import FastCGI
internal import HTTPSemantics
internal import S3Authentication
internal import S3Documents

/// What the errors of other layers mean to a client of S3.
extension S3Error {
  init(_ failure: RequestFailure) {
    switch failure {
    case .bodyLengthMismatch, .aborted: self = .incompleteBody
    case .timedOut: self = .requestTimeout
    case .stopped: self = .serviceUnavailable
    case .fileUnreadable, .fileChanged: self = .internalError
    case .bodyTooLarge: self = .entityTooLarge(maximum: 5 << 40)
    }
  }

  init(_ error: S3AuthenticationError) {
    self.init(
      error.code.rawValue, HTTPStatus(code: error.code.status, reason: "Error"), error.message, error.details)
  }

  /// There are no keys.
  static let closed = S3Error(
    "ServiceUnavailable", .serviceUnavailable,
    "The object store is closed: VITRINE_ACCESS_KEY and VITRINE_SECRET_KEY are not set.")
}
