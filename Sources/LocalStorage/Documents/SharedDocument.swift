internal import HTTPSemantics
internal import Posix
internal import Synchronization

/// A small JSON file of the private folder (mode 0600) that all processes share. It is replaced as a whole, under a lock
/// and so that after a power cut either the old or the new one is there; a change is effective at once in every process:
/// each look sees whether the file is another one.
final class SharedDocument<Value: Sendable>: Sendable {
  private struct Reading: ~Copyable, Sendable {
    /// What the file holds; a failure where it is damaged.
    let value: Result<Value, StoreError>
    /// Nil where there was no file.
    let identity: FileIdentity?
    let witness: DocumentWitness
  }

  private let folder: PrivateFolder
  private let name: String
  private let empty: Value
  private let decode: @Sendable (JSONValue) -> Value?
  private let encode: @Sendable (Value) -> JSONValue
  private let reading = Mutex<Reading?>(nil)
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
    self.folder = folder
    self.name = name
    self.empty = empty
    self.decode = decode
    self.encode = encode
  }

  /// What the file holds now, where that is known without a look at the disk; nil where the file has to be read.
  var snapshot: Result<Value, StoreError>? {
    // Asked under the lock, so that the descriptor is closed by the thread that reads the file anew, and never by this.
    reading.withLock { reading -> Result<Value, StoreError>? in
      switch reading {
      case .some(let reading): reading.witness.isValid ? reading.value : nil
      case .none: nil
      }
    }
  }

  /// What the file holds now; may wait for a disk.
  func current() throws(StoreError) -> Value {
    if let snapshot { return try snapshot.get() }
    return try reader.withLock { (_) throws(StoreError) in
      if let snapshot { return try snapshot.get() }
      let fresh = try read()
      let value = fresh.value
      replaceReading(with: fresh)
      return try value.get()
    }
  }

  /// Forgets what was read, if another file has the name now. For file systems that do not tell an open file at once
  /// that it has lost its name, as when another machine replaces it; may wait for a disk.
  func revalidate() {
    let identity = try? identity()
    let isStale = reading.withLock { reading in
      switch reading {
      case .some(let reading): reading.identity != identity
      case .none: false
      }
    }
    if isStale { replaceReading(with: nil) }
  }

  /// Changes it, while no other process does; what the body throws leaves it as it is.
  func change(_ body: (inout Value) throws(StoreError) -> Void) throws(StoreError) {
    let lock = try lock()
    defer { withExtendedLifetime(lock) {} }
    var value = try read().value.get()
    try body(&value)
    do throws(Errno) {
      try replaceDurably(name, with: JSONWriter.write(encode(value)), in: folder.descriptor)
    } catch {
      throw StoreError(error, "writing \(name)")
    }
  }

  /// The one before is closed after the lock was given back.
  private func replaceReading(with fresh: consuming Reading?) {
    var other = fresh
    reading.withLock { reading in swap(&reading, &other) }
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

  private func read() throws(StoreError) -> Reading {
    do throws(Errno) {
      while true {
        let time = Clock.now()
        let folderStatus = try folder.descriptor.status()
        guard try folder.descriptor.statusIfPresent(of: name) != nil else {
          let witness = DocumentWitness(ofAbsenceIn: try folder.descriptor.duplicate(), folderStatus, at: time)
          return Reading(value: .success(empty), identity: nil, witness: witness)
        }
        if let reading = try readFile() { return reading }
      }
    } catch {
      throw StoreError(error, "reading \(name)")
    }
  }

  /// Nil where it was replaced meanwhile.
  private func readFile() throws(Errno) -> Reading? {
    let file: FileDescriptor
    do throws(Errno) {
      file = try folder.descriptor.open(name, [.readOnly, .noFollow, .nonBlocking])
    } catch .noSuchFile {
      return nil
    }
    let status = try file.status()
    // One that loses its name after this has fewer names than `status` says.
    guard let named = try folder.descriptor.statusIfPresent(of: name), named.inode == status.inode,
      named.device == status.device
    else { return nil }
    let bytes = try file.readAll(limit: 256 << 20)
    let value: Result<Value, StoreError> =
      if let json = try? JSONParser.parse(bytes), let value = decode(json) {
        .success(value)
      } else {
        .failure(.io(.inputOutput, context: "\(name) is damaged"))
      }
    return Reading(value: value, identity: FileIdentity(status), witness: DocumentWitness(of: file, status))
  }
}
