package import Posix
package import Storage

/// The permission bits of folders, whatever the umask.
package enum FolderMode {
  /// What nginx serves.
  package static let served: UInt32 = 0o755
  /// What is nobody else's: secrets, the index, temporary files.
  package static let hidden: UInt32 = 0o700
}

/// Opens a folder, and durably makes it and those above it where they are missing. A new one has exactly this mode; one
/// that is to be hidden gets it in any case.
package func openFolder(_ path: String, mode: UInt32) throws(StorageError) -> FileDescriptor {
  do throws(Errno) {
    for made in try makeDirectories(path, mode: mode) {
      try FileDescriptor.open("\(made)/..", [.readOnly, .directory]).synchronize()
    }
    let folder = try FileDescriptor.open(path, [.readOnly, .directory])
    if mode == FolderMode.hidden, try folder.status().mode & 0o777 != mode { try folder.setMode(mode) }
    return folder
  } catch {
    throw StorageError(error, "folder \(path)")
  }
}

extension FileDescriptor {
  /// The state of a name in this folder; nil where nothing has it. Any other failure is thrown: a file that cannot be
  /// looked at must not be taken for one that is not there.
  package func statusIfPresent(of name: String) throws(Errno) -> FileStatus? {
    do throws(Errno) {
      return try status(of: name)
    } catch .noSuchFile, .nameTooLong {
      return nil
    }
  }

  /// Locks this folder among all threads and processes that do so, waiting for it. The lock is given back when the value
  /// goes. It needs no file of its own, and so works on a full file system.
  package func lockFolder() throws(Errno) -> FileDescriptor {
    let another = try open(".", [.readOnly, .directory])
    try another.lock()
    return another
  }
}
