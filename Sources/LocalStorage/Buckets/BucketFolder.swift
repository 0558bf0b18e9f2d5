internal import Digests
internal import DurableFiles
internal import HTTPSemantics
internal import Posix
internal import Storage
internal import Synchronization

/// One bucket's folder, open: the objects as plain files, and a private folder for what is under way.
final class BucketFolder: Sendable {
  let name: String
  let root: SharedDescriptor
  let hidden: SharedDescriptor
  /// Files under way, in the private folder.
  let staging: StagingFolder
  /// Held while names in the bucket change. It locks the bucket's folder, so that all processes share it.
  let namesLock: ProcessLock
  private let identity: FileStatus
  /// The settings as they were read last.
  private let known: Mutex<Settings?> = Mutex(nil)

  private struct Settings: ~Copyable, Sendable {
    let configuration: BucketConfiguration
    /// The state of their file then.
    let file: ContentVersion.FileState
    let witness: DocumentWitness
  }

  static let hiddenName = ".vitrine"
  static let configurationName = "bucket.json"
  static let uploadsName = "uploads"
  static let sidecarsName = "facts"

  /// Whether a text that was read from a file can name a bucket: one path segment that is not hidden.
  static func isName(_ text: String) -> Bool { StoredName(text) != nil }

  /// Opens a bucket.
  /// - Parameter owner: whose files under way are.
  init(_ name: String, in buckets: borrowing FileDescriptor, owner: OwnerIdentity) throws(StorageError) {
    self.name = name
    do throws(Errno) {
      root = SharedDescriptor(try buckets.openBeneath(Array(name.utf8), [.readOnly, .directory]))
      hidden = SharedDescriptor(try root.descriptor.open(Self.hiddenName, [.readOnly, .directory, .noFollow]))
      staging = StagingFolder(hidden, unnamedIn: hidden, owner: owner)
      namesLock = ProcessLock(try root.descriptor.open(".", [.readOnly, .directory]))
      identity = try root.descriptor.status()
    } catch .noSuchFile, .notDirectory, .symbolicLoop {
      throw .noSuchBucket
    } catch {
      throw StorageError(error, "opening bucket \(name)")
    }
  }

  /// Whether this is still the folder that has the bucket's name. A folder that cannot be looked at is not missing.
  func isCurrent(in buckets: borrowing FileDescriptor) throws(StorageError) -> Bool {
    do throws(Errno) {
      guard let now = try buckets.statusIfPresent(of: name), now.inode == identity.inode, now.device == identity.device
      else { return false }
      // The private folder may have been removed, and another one put in its place.
      return try hidden.descriptor.status().linkCount > 0
    } catch {
      throw StorageError(error, "looking for bucket \(name)")
    }
  }

  // MARK: Configuration

  func configuration() throws(StorageError) -> BucketConfiguration {
    do throws(Errno) {
      while true {
        let now = ContentVersion.FileState(try hidden.descriptor.status(of: Self.configurationName))
        if let configuration = known(ofFile: now) { return configuration }
        if let configuration = try readConfiguration() { return configuration }
      }
    } catch .noSuchFile {
      // A folder that somebody deletes at this moment.
      throw .noSuchBucket
    } catch {
      throw StorageError(error, "reading the settings of bucket \(name)")
    }
  }

  /// The settings, where it is known without a look at the disk that they are the same as when they were read.
  var knownConfiguration: BucketConfiguration? {
    // Asked under the lock, so that the descriptor is closed by the thread that reads the file anew, and never by this.
    known.withLock { known in
      switch known {
      case .some(let known): known.witness.isValid ? known.configuration : nil
      case .none: nil
      }
    }
  }

  private func known(ofFile now: ContentVersion.FileState) -> BucketConfiguration? {
    known.withLock { known in
      switch known {
      case .some(let known): known.file == now ? known.configuration : nil
      case .none: nil
      }
    }
  }

  /// - Returns: nil where the file was replaced meanwhile.
  private func readConfiguration() throws(Errno) -> BucketConfiguration? {
    let file = try hidden.descriptor.open(Self.configurationName, [.readOnly, .noFollow, .nonBlocking])
    let status = try file.status()
    guard status.linkCount > 0 else { return nil }
    let bytes = try file.readAll(limit: 1 << 20)
    guard let json = try? JSONParser.parse(bytes), let configuration = BucketConfiguration(json) else {
      throw Errno.inputOutput
    }
    var fresh: Settings? = Settings(
      configuration: configuration, file: ContentVersion.FileState(status), witness: DocumentWitness(of: file, status))
    known.withLock { swap(&$0, &fresh) }
    return configuration
  }

  func setConfiguration(_ configuration: BucketConfiguration) throws(StorageError) {
    do throws(Errno) {
      try replaceDurably(Self.configurationName, with: JSONWriter.write(configuration.json), in: hidden.descriptor)
    } catch {
      throw StorageError(error, "writing the settings of bucket \(name)")
    }
  }
}

/// Writes a small file so that after a power cut either the old or the new content is there.
func replaceDurably(_ name: String, with bytes: [UInt8], in folder: borrowing FileDescriptor) throws(Errno) {
  let temporary = ReplacedFile.temporaryName(of: name)
  do throws(Errno) {
    let file = try folder.open(temporary, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o600)
    try file.writeAll(bytes)
    try file.synchronize()
    try folder.rename(temporary, to: name)
    try folder.synchronize()
  } catch {
    try? folder.unlink(temporary)
    throw error
  }
}
