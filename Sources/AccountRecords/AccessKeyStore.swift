internal import HTTPSemantics
public import Storage

/// The access keys, in one document. A change is effective at once in every process.
public final class AccessKeyStore: Sendable {
  /// The name of the document.
  public static let documentName = "keys.json"

  private let document: JSONDocument<[String: AccessKey]>

  /// The keys of a storage.
  public init(in store: any DocumentStore) {
    document = JSONDocument(in: store, named: Self.documentName, empty: [:]) { json in
      Self.keys(json)
    } encode: { keys in
      ["v": 1, "keys": .array(keys.values.sorted { $0.name < $1.name }.map(\.json))]
    }
  }

  /// Nil where one of them cannot be read: it must not be lost with the next change, nor count for more than it may.
  private static func keys(_ json: JSONValue) -> [String: AccessKey]? {
    guard let list = json["keys"]?.arrayValue else { return nil }
    var keys: [String: AccessKey] = [:]
    for entry in list {
      guard let key = AccessKey(entry), keys.updateValue(key, forKey: key.name) == nil else { return nil }
    }
    return keys
  }

  /// The keys as they are at this moment, where that is known without waiting; nil where `read` has to look.
  public var snapshot: AccessKeys? { document.snapshot.map { AccessKeys($0) } }

  /// The keys as they are at this moment.
  public nonisolated(nonsending) func read() async -> AccessKeys { AccessKeys(await document.current()) }

  /// Looks whether the document is another one than was read, for storages that do not notify of every change.
  public nonisolated(nonsending) func revalidate() async { await document.revalidate() }

  /// The key of a name; nil where there is none.
  public nonisolated(nonsending) func key(_ name: String) async throws(StorageError) -> AccessKey? {
    try await read().key(name)
  }

  /// All keys, by name.
  public nonisolated(nonsending) func all() async throws(StorageError) -> [AccessKey] { try await read().all() }

  /// Adds a key.
  /// - Returns: false where the name is taken.
  public nonisolated(nonsending) func add(_ key: AccessKey) async throws(StorageError) -> Bool {
    try await document.change { keys in
      guard keys[key.name] == nil else { return false }
      keys[key.name] = key
      return true
    }
  }

  /// Changes a key. Another secret, or a key that is disabled, ends the sessions that were begun with it, for good: they
  /// do not come back with the old secret, or when the key is enabled again.
  /// - Returns: whether there is one.
  public nonisolated(nonsending) func update(
    _ name: String, _ update: @escaping @Sendable (inout AccessKey) -> Void
  ) async throws(StorageError) -> Bool {
    try await document.change { keys in
      guard let before = keys[name] else { return false }
      var key = before
      update(&key)
      if key.secret != before.secret || key.isDisabled != before.isDisabled { key.endSessions() }
      keys[name] = key
      return true
    }
  }

  /// Removes a key.
  /// - Returns: whether there was one.
  public nonisolated(nonsending) func remove(_ name: String) async throws(StorageError) -> Bool {
    try await document.change { keys in keys.removeValue(forKey: name) != nil }
  }
}
