package import Posix

/// Removes a folder with all that is in it.
package func removeTree(_ name: String, in folder: borrowing FileDescriptor) throws(Errno) {
  let tree: FileDescriptor
  do throws(Errno) {
    tree = try folder.open(name, [.readOnly, .directory, .noFollow])
  } catch .noSuchFile {
    return
  }
  for entry in try tree.directoryEntries() {
    let child = String(decoding: entry.name, as: UTF8.self)
    if entry.kind == .directory {
      try removeTree(child, in: tree)
    } else {
      do throws(Errno) { try tree.unlink(child) } catch .noSuchFile {}
    }
  }
  // Another thread may be removing it, too.
  do throws(Errno) { try folder.removeDirectory(name) } catch .noSuchFile {}
}
