internal import FastCGI
internal import HTTPSemantics
internal import LocalStorage
internal import S3Authentication
internal import S3Documents
internal import Storage

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
    case .preconditionFailed: self = .preconditionFailed(condition: "")
    case .conflict: self = .conditionalRequestConflict
    case .keyTooLong: self = .keyTooDeep(maximum: BucketStore.folderLimit)
    case .objectExists: self = .objectAlreadyExists
    case .notAllowed(let reason): self = .accessDenied(reason)
    case .contentRefused(let code, let reason): self = S3Error(contentRefused: code, reason)
    case .store(.storageFull): self = .storageFull
    case .store(.blocked): self = .accessDenied("This picture is blocked.")
    case .store: self = .internalError
    }
  }

  init(_ failure: RequestFailure) {
    switch failure {
    case .bodyLengthMismatch, .aborted: self = .incompleteBody
    case .timedOut: self = .requestTimeout
    case .stopped: self = .serviceUnavailable
    case .fileUnreadable, .fileChanged: self = .internalError
    case .bodyTooLarge: self = .entityTooLarge(maximum: 5 << 40)
    }
  }
}

extension S3Error {
  /// A bucket that takes only some contents refuses one. The statuses are those of the image host.
  private init(contentRefused code: String, _ reason: String) {
    switch code {
    case "too-large": self.init("EntityTooLarge", .badRequest, reason)
    case "unsupported-format": self.init("UnsupportedMediaType", .unsupportedMediaType, reason)
    case "invalid-image": self.init("InvalidImage", .unprocessableContent, reason)
    case "storage-class": self.init("InvalidStorageClass", .badRequest, reason)
    case "internal-error": self = .internalError
    default: self.init("InvalidArgument", .badRequest, reason)
    }
  }

  /// There are no keys.
  static let closed = S3Error(
    "ServiceUnavailable", .serviceUnavailable,
    "The object store is closed: VITRINE_ACCESS_KEY and VITRINE_SECRET_KEY are not set.")

  init(_ error: S3AuthenticationError) {
    self.init(
      error.code.rawValue, HTTPStatus(code: error.code.status, reason: "Error"), error.message,
      error.details.map { Detail(name: $0.name, value: $0.value) })
  }
}
