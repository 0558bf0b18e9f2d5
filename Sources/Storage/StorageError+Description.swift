extension StorageError: CustomStringConvertible {
  /// A text for the operator.
  public var description: String {
    switch self {
    case .noSuchBucket: "there is no such bucket"
    case .bucketExists: "there is a bucket of that name"
    case .bucketNotEmpty: "the bucket holds objects"
    case .noSuchKey: "there is no such file"
    case .noSuchVersion(let id): "there is no version \(id)"
    case .noSuchUpload(let id): "there is no upload \(id)"
    case .invalidPart(let number): "part \(number) is not there, or is another"
    case .preconditionFailed: "a condition does not hold"
    case .conflict: "somebody else was faster"
    case .keyTooDeep(let limit): "the key needs more than \(limit) folders"
    case .objectExists: "the name is taken"
    case .versionChanged: "the content has changed"
    case .incompleteTree(let flaw): flaw.description
    case .notAllowed(let reason): reason
    case .refused(.blocked): "the picture is blocked"
    case .refused(let refusal): "the content is refused: \(refusal)"
    case .full: "no space or no inodes left, or the quota is used up"
    case .attributesUnsupported: "the file system keeps no extended attributes (user.*)"
    case .unavailable(let reason): reason
    case .io(let error, let context): "\(context): \(error)"
    case .index(let reason): "listing index: \(reason)"
    }
  }
}
