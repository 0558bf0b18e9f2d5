internal import Storage

extension ConsoleProblem {
  /// What an error of a storage means to the console.
  init(_ error: StorageError) {
    switch error {
    case .objectExists: self.init(.exists)
    case .noSuchKey: self.init(.notFound)
    case .full: self.init(.storageFull)
    case .unavailable: self.init(.overloaded, "\(error)")
    default: self.init(.internalError, "\(error)")
    }
  }
}
