internal import DurableFiles
internal import HTTPSemantics
internal import Posix
internal import Storage
internal import Synchronization

/// A JSON document of the private folder that all processes share, as the value that it stands for. A change is effective
/// at once in every process.
final class SharedDocument<Value: Sendable>: Sendable {
  private struct Decoded: Sendable {
    /// Nil where there was no file.
    var version: DocumentVersion?
    /// What the file holds; a failure where it is damaged.
    var value: Result<Value, StorageError>
  }

  private let file: DocumentFile
  private let empty: Value
  private let decode: @Sendable (JSONValue) -> Value?
  private let encode: @Sendable (Value) -> JSONValue
  private let known = Mutex<Decoded?>(nil)
  /// Held by the thread that reads the file: others wait for what it has read.
  private let reader = Mutex(())

  /// - Parameters:
  ///   - name: the file's name.
  ///   - empty: what stands for a file that is not there.
  ///   - decode: nil where the file is damaged.
  init(
    in folder: PrivateFolder, named name: String, empty: Value, decode: @escaping @Sendable (JSONValue) -> Value?,
    encode: @escaping @Sendable (Value) -> JSONValue
  ) {
    file = DocumentFile(name, in: folder)
    self.empty = empty
    self.decode = decode
    self.encode = encode
  }

  /// What the file holds now, where that is known without a look at the disk; nil where the file has to be read.
  var snapshot: Result<Value, StorageError>? {
    guard let decoded = known.withLock({ $0 }), file.isCurrent(decoded.version) else { return nil }
    return decoded.value
  }

  /// What the file holds now; may wait for a disk.
  func current() throws(StorageError) -> Value {
    if let snapshot { return try snapshot.get() }
    return try reader.withLock { (_) throws(StorageError) in
      if let snapshot { return try snapshot.get() }
      let document: StoredDocument?
      do throws(Errno) { document = try file.read() } catch { throw StorageError(error, "reading \(file.name)") }
      let value = value(of: document)
      known.withLock { $0 = Decoded(version: document?.version, value: value) }
      return try value.get()
    }
  }

  /// Forgets what was read, if another file has the name now. For file systems that do not tell an open file at once
  /// that it has lost its name, as when another machine replaces it; may wait for a disk.
  func revalidate() { file.revalidate() }

  /// Changes it, while no other process does; what the body throws leaves it as it is.
  func change(_ body: (inout Value) throws(StorageError) -> Void) throws(StorageError) {
    _ = try file.change {
      StorageError($0, $1)
    } _: { (document) throws(StorageError) in
      var value = try value(of: document).get()
      try body(&value)
      return JSONWriter.write(encode(value))
    }
  }

  private func value(of document: StoredDocument?) -> Result<Value, StorageError> {
    guard let document else { return .success(empty) }
    guard let json = try? JSONParser.parse(document.bytes), let value = decode(json) else {
      return .failure(.io(.inputOutput, context: "\(file.name) is damaged"))
    }
    return .success(value)
  }
}
