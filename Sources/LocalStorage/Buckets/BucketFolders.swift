internal import DurableFiles
internal import Posix
internal import Storage
internal import Synchronization

/// The buckets that were used lately, open, so that most requests need not open them anew.
final class BucketFolders: Sendable {
  /// Each holds three descriptors.
  private static let limit = 256

  private let owner: OwnerIdentity
  private let open: Mutex<[String: BucketFolder]> = Mutex([:])

  /// - Parameter owner: this process.
  init(owner: OwnerIdentity) {
    self.owner = owner
  }

  /// The bucket that has a name now.
  func folder(_ name: String, in root: borrowing FileDescriptor) throws(StorageError) -> BucketFolder {
    if let known = open.withLock({ $0[name] }) {
      if try known.isCurrent(in: root) { return known }
      forget(name)
    }
    let folder = try BucketFolder(name, in: root, owner: owner)
    open.withLock { open in
      if open.count >= Self.limit { open.removeAll() }
      open[name] = folder
    }
    return folder
  }

  /// Closes a bucket that is not there any more: its folder would keep descriptors and space.
  func forget(_ name: String) {
    let gone = open.withLock { $0.removeValue(forKey: name) }
    withExtendedLifetime(gone) {}
  }
}
