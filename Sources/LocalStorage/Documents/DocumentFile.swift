internal import Digests
internal import DurableFiles
internal import HTTPSemantics
internal import Posix
internal import Storage
internal import Synchronization

/// A small file of the private folder (mode 0600) that all processes share. It is replaced as a whole, under the folder's
/// lock and so that after a power cut either the old or the new one is there; each look sees whether it is another one.
///
/// Every call but `isCurrent` may wait for a disk.
final class DocumentFile: Sendable {
  private struct Reading: ~Copyable, Sendable {
    /// Nil where there was no file.
    let version: DocumentVersion?
    /// Nil where there was no file.
    let state: ContentVersion.FileState?
    let witness: DocumentWitness
  }

  /// The most bytes that are read of it.
  private static let longest = 256 << 20

  let name: String
  private let folder: PrivateFolder
  private let reading = Mutex<Reading?>(nil)

  init(_ name: String, in folder: PrivateFolder) {
    self.name = name
    self.folder = folder
  }

  /// Whether the file is still of the version that was read last, as far as that is known without a look at the disk.
  func isCurrent(_ version: DocumentVersion?) -> Bool {
    // Asked under the lock, so that the descriptor is closed by the thread that reads the file anew, and never by this.
    reading.withLock { reading in
      switch reading {
      case .some(let reading): reading.version == version && reading.witness.isValid
      case .none: false
      }
    }
  }

  /// The file as it is now; nil where there is none.
  func read() throws(Errno) -> StoredDocument? {
    while true {
      let time = Clock.now()
      let folderStatus = try folder.descriptor.status()
      guard try folder.descriptor.statusIfPresent(of: name) != nil else {
        let witness = DocumentWitness(ofAbsenceIn: try folder.descriptor.duplicate(), folderStatus, at: time)
        remember(Reading(version: nil, state: nil, witness: witness))
        return nil
      }
      if let document = try readFile() { return document }
    }
  }

  /// Replaces the file by what a body makes of it, while no other process does; what the body throws leaves it as it is.
  /// - Parameter failed: makes an error of the files' own into one of the body's kind.
  func change<Failure: Error>(
    orThrow failed: (Errno, _ context: String) -> Failure, _ body: (StoredDocument?) throws(Failure) -> [UInt8]
  ) throws(Failure) -> DocumentVersion {
    let lock: SharedDescriptor
    do throws(Errno) { lock = SharedDescriptor(try folder.descriptor.lockFolder()) } catch {
      throw failed(error, "locking \(name)")
    }
    defer { withExtendedLifetime(lock) {} }
    let current: StoredDocument?
    do throws(Errno) { current = try read() } catch { throw failed(error, "reading \(name)") }
    let bytes = try body(current)
    do throws(Errno) {
      try replaceDurably(name, with: bytes, in: folder.descriptor)
    } catch {
      throw failed(error, "writing \(name)")
    }
    // Whoever writes past the lock may have removed it again.
    guard let status = try? folder.descriptor.status(of: name) else { return DocumentVersion(token: "removed") }
    return Self.version(of: bytes, ContentVersion.FileState(status))
  }

  /// Forgets what was read, if another file has the name now. For file systems that do not tell an open file at once
  /// that it has lost its name, as when another machine replaces it.
  func revalidate() {
    let state = (try? folder.descriptor.statusIfPresent(of: name)).flatMap(\.self).map { ContentVersion.FileState($0) }
    let isStale = reading.withLock { reading in
      switch reading {
      case .some(let reading): reading.state != state
      case .none: false
      }
    }
    if isStale { remember(nil) }
  }

  /// Nil where it was replaced meanwhile.
  private func readFile() throws(Errno) -> StoredDocument? {
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
    let bytes = try file.readAll(limit: Self.longest)
    let state = ContentVersion.FileState(status)
    let version = Self.version(of: bytes, state)
    remember(Reading(version: version, state: state, witness: DocumentWitness(of: file, status)))
    return StoredDocument(bytes: bytes, version: version)
  }

  /// The one before is closed after the lock was given back.
  private func remember(_ fresh: consuming Reading?) {
    var other = fresh
    reading.withLock { reading in swap(&reading, &other) }
  }

  /// Numbers of files are used again, and several changes may fall into one tick of the clock: the bytes count, too.
  private static func version(of bytes: [UInt8], _ state: ContentVersion.FileState) -> DocumentVersion {
    let digest = Hexadecimal.encode(SHA256.digest(of: bytes))
    return DocumentVersion(
      token: "\(state.device):\(state.inode):\((state.changed ?? state.modified).totalNanoseconds):\(digest)")
  }
}
