public import Storage

/// The access keys at a moment. Keys that cannot be read are an error, and not keys that do not exist.
public struct AccessKeys: Sendable {
  private let keys: Result<[String: AccessKey], StorageError>

  init(_ keys: Result<[String: AccessKey], StorageError>) {
    self.keys = keys
  }

  /// The key of a name; nil where there is none.
  public func key(_ name: String) throws(StorageError) -> AccessKey? {
    try keys.get()[name]
  }

  /// All keys, by name.
  public func all() throws(StorageError) -> [AccessKey] {
    try keys.get().values.sorted { $0.name < $1.name }
  }
}
