internal import LocalStorage
internal import Posix
internal import Storage
internal import WebService

extension Problem {
  /// What an error of the store means to a client.
  init(store error: StoreError) {
    switch error {
    case .exists: self.init(.exists)
    case .storageFull: self.init(.storageFull, context: "no space left for uploads")
    case .notFound: self.init(.notFound)
    case .io(.tooManyDescriptors, _), .io(.tooManyDescriptorsInSystem, _):
      self.init(.overloaded, context: "store: \(error)")
    case .blocked: self.init(.blocked)
    case .attributesUnsupported, .io, .index: self.init(.internalError, context: "store: \(error)")
    }
  }
}
