public import Database
public import Posix

/// Why the store did not do what it was asked to.
public enum StoreError: Error, Equatable, Sendable {
  /// The name is taken.
  case exists
  /// No space, no inodes, or the quota is used up.
  case storageFull
  /// There is no file of that name.
  case notFound
  /// The operator does not want this picture.
  case blocked
  /// The file system keeps no extended attributes.
  case attributesUnsupported
  /// A system call failed; the context says what was being done.
  case io(Errno, context: String)
  /// The listing index failed in a way that a new one would not mend.
  case index(DatabaseError)

  /// A short name that does not change.
  public var code: String {
    switch self {
    case .exists: "exists"
    case .storageFull: "storage-full"
    case .notFound: "not-found"
    case .blocked: "blocked"
    case .attributesUnsupported: "attributes-unsupported"
    case .io: "io"
    case .index: "index"
    }
  }

  /// Whether it is about the file that was looked at, and not about what the system lacks at the moment.
  var isAboutOneFile: Bool {
    guard case .io(let error, _) = self else { return false }
    return ![.tooManyDescriptors, .tooManyDescriptorsInSystem, .noMemory].contains(error)
  }

  /// The error for a failed system call.
  public init(_ error: Errno, _ context: String) {
    switch error {
    case .noSpace, .quotaExceeded: self = .storageFull
    default: self = .io(error, context: context)
    }
  }

  /// The error for a failed operation on the index.
  init(_ error: DatabaseError) {
    self = error.isFull ? .storageFull : .index(error)
  }
}

extension StoreError: CustomStringConvertible {
  /// A text for the operator.
  public var description: String {
    switch self {
    case .exists: "the name is taken"
    case .storageFull: "no space or no inodes left, or the quota is used up"
    case .notFound: "no such file"
    case .blocked: "the picture is blocked"
    case .attributesUnsupported: "the file system keeps no extended attributes (user.*)"
    case .io(let error, let context): "\(context): \(error)"
    case .index(let error): "listing index: \(error)"
    }
  }
}
