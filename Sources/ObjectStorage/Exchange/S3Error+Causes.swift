internal import FastCGI
internal import FileStore
internal import HTTPSemantics
internal import S3Authentication
internal import S3Documents

/// What the errors of other layers mean to a client of S3.
extension S3Error {
  init(_ error: BucketError, key: String? = nil) {
    switch error {
    case .noSuchBucket: self = .noSuchBucket
    case .bucketExists: self = .bucketAlreadyExists
    case .bucketNotEmpty: self = .bucketNotEmpty
    case .noSuchKey: self = .noSuchKey
    case .noSuchUpload: self = .noSuchUpload("")
    case .invalidPart: self = .invalidPart(uploadID: "", partNumber: 0, etag: "")
    case .partTooSmall: self = .entityTooSmall(proposedSize: 0, minimum: 5 << 20)
    case .preconditionFailed: self = .preconditionFailed(condition: "")
    case .conflict: self = .conditionalRequestConflict
    case .keyTooLong: self = .keyTooLongError(size: 0, maximum: S3Address.longestKey)
    case .store(.storageFull): self = .storageFull
    case .store: self = .internalError
    }
  }

  init(_ failure: RequestFailure) {
    switch failure {
    case .bodyLengthMismatch, .aborted: self = .incompleteBody
    case .timedOut: self = .requestTimeout
    case .stopped: self = .serviceUnavailable
    case .fileUnreadable: self = .internalError
    case .bodyTooLarge: self = .entityTooLarge(maximum: 5 << 40)
    }
  }
}

extension S3Error {
  /// There are no keys.
  static let closed = S3Error(
    "ServiceUnavailable", .serviceUnavailable,
    "The object store is closed: VITRINE_ACCESS_KEY and VITRINE_SECRET_KEY are not set.")

  init(_ error: S3AuthenticationError) {
    self.init(error.code.rawValue, HTTPStatus(code: error.code.status, reason: "Error"), error.message)
  }
}
