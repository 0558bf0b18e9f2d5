internal import Database
internal import Posix
internal import Storage

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
  init(_ error: StoreError) {
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

  /// Whether the storage failed, so that it is not known how much of a change was made.
  var isOfStorage: Bool {
    switch self {
    case .full, .attributesUnsupported, .unavailable, .io, .index: true
    default: false
    }
  }

  /// Whether it is about one file, and not about what the system lacks at the moment.
  var isAboutOneFile: Bool { if case .io = self { true } else { false } }
}
