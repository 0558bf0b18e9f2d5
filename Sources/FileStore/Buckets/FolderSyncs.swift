internal import Posix
internal import Synchronization

/// Group commits for many directories: those who sync the same one at the same time share the work.
final class FolderSyncs: Sendable {
  private struct Place: Hashable {
    var device: UInt64
    var inode: UInt64
  }

  private struct Shared {
    let sync: DirectorySync
    var users: Int
  }

  private let shared: Mutex<[Place: Shared]> = Mutex([:])
  private let synchronize: @Sendable (SharedDescriptor) throws(Errno) -> Void

  /// - Parameter synchronize: makes the names in a directory durable.
  init(
    _ synchronize: @escaping @Sendable (SharedDescriptor) throws(Errno) -> Void = { (folder) throws(Errno) in
      try folder.descriptor.synchronize()
    }
  ) {
    self.synchronize = synchronize
  }

  /// Makes the names durable that were given and taken in a directory before this call.
  func callAsFunction(_ folder: SharedDescriptor) throws(Errno) {
    let status = try folder.descriptor.status()
    let place = Place(device: status.device, inode: status.inode)
    let sync = shared.withLock { shared in
      var entry =
        shared[place]
        ?? Shared(sync: DirectorySync { [synchronize] () throws(Errno) in try synchronize(folder) }, users: 0)
      entry.users += 1
      shared[place] = entry
      return entry.sync
    }
    defer {
      shared.withLock { shared in
        shared[place]?.users -= 1
        if shared[place]?.users == 0 { shared[place] = nil }
      }
    }
    try sync()
  }
}
