public import Storage

extension Problem {
  /// What an error of a storage means to a client.
  public init(_ error: StorageError) {
    switch error {
    case .objectExists, .bucketExists: self.init(.exists)
    case .full: self.init(.storageFull, context: "no space left for uploads")
    case .noSuchKey, .noSuchBucket, .noSuchVersion, .noSuchUpload: self.init(.notFound)
    case .refused(.picture(let refusal)): self.init(refusal)
    case .refused(.blocked): self.init(.blocked)
    case .unavailable: self.init(.overloaded, context: "store: \(error)")
    case .bucketNotEmpty, .invalidPart, .preconditionFailed, .conflict, .keyTooDeep, .versionChanged, .notAllowed,
      .incompleteTree, .refused, .attributesUnsupported, .io, .index:
      self.init(.internalError, context: "store: \(error)")
    }
  }

  /// Why a file is not accepted as a picture.
  public init(_ refusal: PictureRefusal) {
    switch refusal {
    case .tooLarge(let limit): self.init(.tooLarge, .tooLarge(limit: limit))
    case .fileExtension: self.init(.unsupportedFormat, .fileExtension)
    case .content: self.init(.unsupportedFormat, .content)
    case .empty: self.init(.unsupportedFormat, .empty)
    case .truncated: self.init(.invalidImage, .truncated)
    case .corrupt(let rule): self.init(.invalidImage, .corrupt(code: rule))
    case .pixels(let width, let height, let limit):
      self.init(.invalidImage, .pixels(width: width, height: height, limit: limit))
    }
  }
}
