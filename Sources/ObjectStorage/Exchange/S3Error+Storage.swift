internal import S3Documents
internal import Storage

extension S3Error {
  /// What an error of the storage means to a client of S3.
  /// - Parameter request: what the request said that the error repeats.
  init(_ error: StorageError, _ request: RequestedChange = RequestedChange()) {
    switch error {
    case .noSuchBucket: self = .noSuchBucket
    case .bucketExists: self = .bucketAlreadyExists
    case .bucketNotEmpty: self = .bucketNotEmpty
    case .noSuchKey: self = .noSuchKey
    case .noSuchVersion(let id): self = .noSuchVersion(id)
    case .noSuchUpload(let id): self = .noSuchUpload(id)
    case .invalidPart(let number):
      self = .invalidPart(
        uploadID: request.uploadID, partNumber: number, etag: request.partTags[number] ?? "")
    case .preconditionFailed: self = .preconditionFailed(condition: request.conditions)
    case .conflict, .versionChanged: self = .conditionalRequestConflict
    case .keyTooDeep(let limit): self = .keyTooDeep(maximum: limit)
    case .objectExists: self = .objectAlreadyExists
    case .notAllowed(let reason): self = .accessDenied(reason)
    case .refused(let refusal): self.init(refusal)
    case .full: self = .storageFull
    case .unavailable: self = .serviceUnavailable
    case .incompleteTree, .attributesUnsupported, .io, .index: self = .internalError
    }
  }
}
