internal import Database
internal import Posix
public import Storage

extension DatabaseError {
  /// Carries a failure to look at files out of a transaction of the index.
  init(_ error: StorageError) {
    self.init(extendedCode: 10, message: "looking at an object: \(error)")
  }
}

/// What failures of files and indexes mean to whoever uses the storage.
extension StorageError {
  /// The error for a failed system call.
  init(_ error: Errno, _ context: String) {
    switch error {
    case .noSpace, .quotaExceeded: self = .full
    case .tooManyDescriptors, .tooManyDescriptorsInSystem, .noMemory: self = .unavailable("\(context): \(error)")
    default: self = .io(error, context: context)
    }
  }

  /// The error for a failed operation on an index.
  init(_ error: DatabaseError) {
    self = error.isFull ? .full : .index("\(error)")
  }

  /// The error for a failed operation on files.
  public init(_ error: StoreError) {
    switch error {
    case .exists: self = .objectExists
    case .storageFull: self = .full
    case .notFound: self = .noSuchKey
    case .blocked: self = .refused(.blocked)
    case .attributesUnsupported: self = .attributesUnsupported
    case .io(let error, let context): self.init(error, context)
    case .index(let error): self.init(error)
    }
  }

}
