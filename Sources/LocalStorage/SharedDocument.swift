internal import HTTPSemantics
internal import Posix
internal import Synchronization

/// A small JSON file of the private folder (mode 0600) that all processes share. It is replaced as a whole, under a lock
/// and so that after a power cut either the old or the new one is there; a change is effective at once in every process:
/// each look sees whether the file is another one.
final class SharedDocument<Value: Sendable>: Sendable {
  private struct Snapshot {
    var identity: FileIdentity?
    var value: Value
  }

  private let folder: PrivateFolder
  private let name: String
  private let empty: Value
  private let decode: @Sendable (JSONValue) -> Value?
  private let encode: @Sendable (Value) -> JSONValue
  private let snapshot: Mutex<Snapshot>

  /// - Parameters:
  ///   - name: the file's name.
  ///   - empty: what stands for a file that is not there.
  ///   - decode: nil where the file is damaged.
  init(
    in folder: PrivateFolder, named name: String, empty: Value, decode: @escaping @Sendable (JSONValue) -> Value?,
    encode: @escaping @Sendable (Value) -> JSONValue
  ) {
    self.folder = folder
    self.name = name
    self.empty = empty
    self.decode = decode
    self.encode = encode
    snapshot = Mutex(Snapshot(identity: nil, value: empty))
  }

  /// What the file holds now.
  func current() throws(StoreError) -> Value {
    let identity = try identity()
    let kept = snapshot.withLock { $0.identity == identity ? $0.value : nil }
    if let kept { return kept }
    let value = try read()
    snapshot.withLock { $0 = Snapshot(identity: identity, value: value) }
    return value
  }

  /// Changes it, while no other process does; what the body throws leaves it as it is.
  func change(_ body: (inout Value) throws(StoreError) -> Void) throws(StoreError) {
    let lock = try lock()
    defer { withExtendedLifetime(lock) {} }
    var value = try read()
    try body(&value)
    do throws(Errno) {
      try replaceDurably(name, with: JSONWriter.write(encode(value)), in: folder.descriptor)
    } catch {
      throw StoreError(error, "writing \(name)")
    }
  }

  /// What tells whether the file is another one; nil where there is none.
  private func identity() throws(StoreError) -> FileIdentity? {
    do throws(Errno) {
      return try folder.descriptor.statusIfPresent(of: name).map { FileIdentity($0) }
    } catch {
      throw StoreError(error, "looking at \(name)")
    }
  }

  private func lock() throws(StoreError) -> FileDescriptor {
    do throws(Errno) {
      return try folder.descriptor.lockFolder()
    } catch {
      throw StoreError(error, "locking \(name)")
    }
  }

  private func read() throws(StoreError) -> Value {
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try folder.descriptor.open(name, [.readOnly, .noFollow, .nonBlocking]).readAll(limit: 256 << 20)
    } catch .noSuchFile {
      return empty
    } catch {
      throw StoreError(error, "reading \(name)")
    }
    guard let json = try? JSONParser.parse(bytes), let value = decode(json) else {
      throw .io(.inputOutput, context: "\(name) is damaged")
    }
    return value
  }
}
