public import Storage

/// Why an engine did not do what it was asked to. Words are for the operator and name the engine's own request id where
/// there is one.
public enum BlobError: Error, Equatable, Sendable {
  /// There is no such blob.
  case missing(BlobID)
  /// The engine has no room, in its own words.
  case full(String)
  /// It cannot be reached, does not answer in time, or says that it is busy: another try may do.
  case unavailable(String)
  /// It refuses: wrong credentials, a missing bucket, a request that it does not take.
  case refused(status: Int, code: String, String)
  /// What it keeps or gives is not what was put: a wrong length, a wrong MD5.
  case damaged(BlobID, String)
  /// Under its name is another one by now: others may do that with photos.
  case changed(BlobID)
  /// The content that was to be put could not be read.
  case content(StorageError)
}

extension StorageError {
  /// The failure of an engine, as an error of the storage.
  public init(_ error: BlobError) {
    switch error {
    case .missing(let id): self = .unavailable("the engine does not have the blob \(id)")
    case .full: self = .full
    case .unavailable(let words): self = .unavailable(words)
    case .refused(let status, let code, let words):
      self = .unavailable("the engine refuses: \(status) \(code): \(words)")
    case .damaged(let id, let words): self = .unavailable("the engine's blob \(id) is damaged: \(words)")
    case .changed: self = .versionChanged
    case .content(let error): self = error
    }
  }
}
