internal import LocalStorage
internal import Storage

extension ConsoleProblem {
  /// What an error of the store means to the console.
  init(store error: StoreError) {
    switch error {
    case .exists: self.init(.exists)
    case .notFound: self.init(.notFound)
    case .blocked: self.init(.exists)
    case .storageFull: self.init(.storageFull)
    default: self.init(.internalError, "\(error)")
    }
  }

  /// What an error of a storage means to the console.
  init(_ error: StorageError) {
    switch error {
    case .objectExists: self.init(.exists)
    case .noSuchKey: self.init(.notFound)
    case .full: self.init(.storageFull)
    default: self.init(.internalError, "\(error)")
    }
  }
}
