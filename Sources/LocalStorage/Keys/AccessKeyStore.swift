internal import HTTPSemantics

/// The access keys, in one file of the private folder. A change is effective at once in every process.
public final class AccessKeyStore: Sendable {
  private let document: SharedDocument<[String: AccessKey]>

  /// The keys of a data folder.
  public init(in folder: PrivateFolder) {
    document = SharedDocument(in: folder, named: "keys.json", empty: [:]) { json in
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

  /// The keys as they are at this moment, where that is known without a look at the disk; nil where `read` has to look.
  public var snapshot: AccessKeys? { document.snapshot.map { AccessKeys($0) } }

  /// The keys as they are at this moment; may wait for a disk.
  public func read() -> AccessKeys {
    AccessKeys(Result { () throws(StoreError) in try document.current() })
  }

  /// Looks whether the file is another one than what was read, for file systems that do not tell; may wait for a disk.
  public func revalidate() { document.revalidate() }

  /// The key of a name; nil where there is none. May wait for a disk.
  public func key(_ name: String) throws(StoreError) -> AccessKey? { try read().key(name) }

  /// All keys, by name. May wait for a disk.
  public func all() throws(StoreError) -> [AccessKey] { try read().all() }

  /// Adds a key. Throws `exists`.
  public func add(_ key: AccessKey) throws(StoreError) {
    try document.change { (keys) throws(StoreError) in
      guard keys[key.name] == nil else { throw .exists }
      keys[key.name] = key
    }
  }

  /// Changes a key. Another secret, or a key that is disabled, ends the sessions that were begun with it, for good: they
  /// do not come back with the old secret, or when the key is enabled again. Throws `notFound`.
  public func update(_ name: String, _ update: (inout AccessKey) -> Void) throws(StoreError) {
    try document.change { (keys) throws(StoreError) in
      guard let before = keys[name] else { throw .notFound }
      var key = before
      update(&key)
      if key.secret != before.secret || key.isDisabled != before.isDisabled { key.endSessions() }
      keys[name] = key
    }
  }

  /// Removes a key. Throws `notFound`.
  public func remove(_ name: String) throws(StoreError) {
    try document.change { (keys) throws(StoreError) in
      guard keys.removeValue(forKey: name) != nil else { throw .notFound }
    }
  }
}
