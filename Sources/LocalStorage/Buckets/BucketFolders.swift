internal import DurableFiles
internal import Posix
internal import Storage
internal import Synchronization

/// The buckets that were used lately, open, so that most requests need not open them anew.
final class BucketFolders: Sendable {
  /// Each holds four descriptors.
  private static let limit = 256

  private struct Opened: Sendable {
    var folder: BucketFolder
    /// The state of the folder of all buckets when this one was seen to have its name; nil where a change could follow
    /// that cannot be told from it.
    var names: FileVersion?
  }

  private let owner: OwnerIdentity
  private let open: Mutex<[String: Opened]> = Mutex([:])

  /// - Parameter owner: this process.
  init(owner: OwnerIdentity) {
    self.owner = owner
  }

  /// The bucket that has a name now.
  func folder(_ name: String, in root: borrowing FileDescriptor) throws(StorageError) -> BucketFolder {
    let names = try Self.names(in: root)
    if let known = open.withLock({ $0[name] }) {
      if try known.folder.isCurrent(in: root) {
        if known.names != names { open.withLock { $0[name]?.names = names } }
        return known.folder
      }
      forget(name)
    }
    let folder = try BucketFolder(name, in: root, owner: owner)
    open.withLock { open in
      if open.count >= Self.limit { open.removeAll() }
      open[name] = Opened(folder: folder, names: names)
    }
    return folder
  }

  /// Closes a bucket that is not there any more: its folder would keep descriptors and space.
  func forget(_ name: String) {
    let gone = open.withLock { $0.removeValue(forKey: name) }
    withExtendedLifetime(gone) {}
  }

  /// The bucket that has a name now, where that is known without a look at the disk. A bucket that is made, removed or
  /// renamed changes the folder of all.
  func known(_ name: String, in root: borrowing FileDescriptor) -> BucketFolder? {
    guard let known = open.withLock({ $0[name] }), let names = known.names, root.isStill(names) else { return nil }
    return known.folder
  }

  /// - Returns: nil where the last change is too young: another one could have the same time.
  private static func names(in root: borrowing FileDescriptor) throws(StorageError) -> FileVersion? {
    let now = Clock.now()
    do throws(Errno) {
      let status = try root.status()
      return status.hasSettled(at: now) ? FileVersion(status) : nil
    } catch {
      throw StorageError(error, "looking at the folder of the buckets")
    }
  }
}
