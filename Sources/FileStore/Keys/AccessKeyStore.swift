internal import HTTPSemantics
internal import Posix
internal import Synchronization

/// The access keys, in one file of the private folder (mode 0600). A change is effective at once in every process: each
/// look-up sees whether the file is another one.
public final class AccessKeyStore: Sendable {
  private static let fileName = "keys.json"

  private struct Snapshot {
    var identity: FileIdentity?
    var keys: [String: AccessKey] = [:]
  }

  private let folder: PrivateFolder
  private let snapshot = Mutex(Snapshot())

  /// The keys of a data folder.
  public init(in folder: PrivateFolder) {
    self.folder = folder
  }

  /// The key of a name; nil where there is none.
  public func key(_ name: String) throws(StoreError) -> AccessKey? {
    try current()[name]
  }

  /// All keys, by name.
  public func all() throws(StoreError) -> [AccessKey] {
    try current().values.sorted { $0.name < $1.name }
  }

  /// Adds a key. Throws `exists`.
  public func add(_ key: AccessKey) throws(StoreError) {
    try change { (keys) throws(StoreError) in
      guard keys[key.name] == nil else { throw .exists }
      keys[key.name] = key
    }
  }

  /// Changes a key. Throws `notFound`.
  public func update(_ name: String, _ update: (inout AccessKey) -> Void) throws(StoreError) {
    try change { (keys) throws(StoreError) in
      guard var key = keys[name] else { throw .notFound }
      update(&key)
      keys[name] = key
    }
  }

  /// Removes a key. Throws `notFound`.
  public func remove(_ name: String) throws(StoreError) {
    try change { (keys) throws(StoreError) in
      guard keys.removeValue(forKey: name) != nil else { throw .notFound }
    }
  }

  private func change(_ body: (inout [String: AccessKey]) throws(StoreError) -> Void) throws(StoreError) {
    let lock = try lock()
    defer { withExtendedLifetime(lock) {} }
    var keys = try read()
    try body(&keys)
    let json = JSONValue.object([
      .init(name: "v", value: 1),
      .init(name: "keys", value: .array(keys.values.sorted { $0.name < $1.name }.map(\.json))),
    ])
    do throws(Errno) {
      try replaceDurably(Self.fileName, with: JSONWriter.write(json), in: folder.descriptor)
    } catch {
      throw StoreError(error, "writing the keys")
    }
  }

  private func lock() throws(StoreError) -> FileDescriptor {
    do throws(Errno) {
      return try folder.descriptor.lockFolder()
    } catch {
      throw StoreError(error, "locking the keys")
    }
  }

  private func current() throws(StoreError) -> [String: AccessKey] {
    let identity = (try? folder.descriptor.status(of: Self.fileName)).map { FileIdentity($0) }
    let kept = snapshot.withLock { $0.identity == identity ? $0.keys : nil }
    if let kept { return kept }
    let keys = try read()
    snapshot.withLock { $0 = Snapshot(identity: identity, keys: keys) }
    return keys
  }

  private func read() throws(StoreError) -> [String: AccessKey] {
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try folder.descriptor.open(Self.fileName, [.readOnly, .noFollow]).readAll(limit: 64 << 20)
    } catch .noSuchFile {
      return [:]
    } catch {
      throw StoreError(error, "reading the keys")
    }
    guard let json = try? JSONParser.parse(bytes), let list = json["keys"]?.arrayValue else {
      throw .io(.inputOutput, context: "the keys are damaged")
    }
    var keys: [String: AccessKey] = [:]
    for entry in list {
      if let key = AccessKey(entry) { keys[key.name] = key }
    }
    return keys
  }
}
