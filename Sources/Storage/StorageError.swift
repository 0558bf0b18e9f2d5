public import Posix

/// Why a storage did not do what it was asked to. Each case says what it is about; nothing is filled in later.
public enum StorageError: Error, Equatable, Sendable {
  // MARK: Buckets and objects

  /// There is no such bucket.
  case noSuchBucket
  /// There is a bucket of that name; its owner.
  case bucketExists(owner: String)
  /// The bucket still holds objects.
  case bucketNotEmpty
  /// There is no object with that key, or no picture of that name.
  case noSuchKey
  /// The object has no version of that id.
  case noSuchVersion(String)
  /// There is no such multipart upload.
  case noSuchUpload(String)
  /// A part is not there, or has been put again since it was listed; its number.
  case invalidPart(Int)
  /// A condition of the request does not hold.
  case preconditionFailed
  /// Somebody else was faster: with an exclusive write, or with a change of the document that was read.
  case conflict
  /// The key needs more folders than a storage of plain files makes.
  case keyTooDeep(limit: Int)
  /// The bucket never overwrites, and the key is taken.
  case objectExists
  /// The content is not of the version any more that was asked for.
  case versionChanged
  /// Something in a tree keeps it from being listed and read whole.
  case incompleteTree(TreeFlaw)
  /// The bucket does not allow this; why, in words.
  case notAllowed(String)
  /// The bucket keeps no such content.
  case refused(ContentRefusal)

  // MARK: The storage itself

  /// No space, no inodes, or the quota is used up.
  case full
  /// The file system keeps no extended attributes.
  case attributesUnsupported
  /// It cannot be reached at the moment, or lacks something that passes, such as descriptors; a text for the operator.
  case unavailable(String)
  /// A system call failed; what was being done, in words.
  case io(Errno, context: String)
  /// The index of the storage failed in a way that a new one would not mend; a text for the operator.
  case index(String)

  /// A short name that does not change.
  public var code: String {
    switch self {
    case .noSuchBucket: "no-such-bucket"
    case .bucketExists: "bucket-exists"
    case .bucketNotEmpty: "bucket-not-empty"
    case .noSuchKey: "no-such-key"
    case .noSuchVersion: "no-such-version"
    case .noSuchUpload: "no-such-upload"
    case .invalidPart: "invalid-part"
    case .preconditionFailed: "precondition-failed"
    case .conflict: "conflict"
    case .keyTooDeep: "key-too-deep"
    case .objectExists: "object-exists"
    case .versionChanged: "version-changed"
    case .incompleteTree: "incomplete-tree"
    case .notAllowed: "not-allowed"
    case .refused: "refused"
    case .full: "storage-full"
    case .attributesUnsupported: "attributes-unsupported"
    case .unavailable: "unavailable"
    case .io: "io"
    case .index: "index"
    }
  }
}
