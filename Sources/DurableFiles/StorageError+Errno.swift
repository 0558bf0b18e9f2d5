package import Posix
package import Storage

extension StorageError {
  /// What a failed system call means to whoever uses the storage.
  /// - Parameter context: what was being done, for the operator.
  package init(_ error: Errno, _ context: String) {
    switch error {
    case .noSpace, .quotaExceeded: self = .full
    case .tooManyDescriptors, .tooManyDescriptorsInSystem, .noMemory: self = .unavailable("\(context): \(error)")
    default: self = .io(error, context: context)
    }
  }
}
