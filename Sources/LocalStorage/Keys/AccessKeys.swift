/// The access keys at a moment. Keys that cannot be read are an error, and not keys that do not exist.
public struct AccessKeys: Sendable {
  private let keys: Result<[String: AccessKey], StoreError>

  init(_ keys: Result<[String: AccessKey], StoreError>) {
    self.keys = keys
  }

  /// The key of a name; nil where there is none.
  public func key(_ name: String) throws(StoreError) -> AccessKey? {
    try keys.get()[name]
  }

  /// All keys, by name.
  public func all() throws(StoreError) -> [AccessKey] {
    try keys.get().values.sorted { $0.name < $1.name }
  }
}
