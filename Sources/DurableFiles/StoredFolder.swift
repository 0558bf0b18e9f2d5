package import Posix
package import Storage

/// A folder that published files stand in, with a private one inside it for what is under way: both on one mount, so
/// that a file can be linked from one into the other.
package final class StoredFolder: Sendable {
  /// The folder.
  package let root: SharedDescriptor
  /// The private folder inside it.
  package let staging: SharedDescriptor
  private let underWay: StagingFolder

  /// Opens the folder, and makes what is missing of it, whatever the umask.
  /// - Parameter allowsUnnamed: false to use temporary names even where files without a name are possible.
  package init(path: String, owner: OwnerIdentity, allowsUnnamed: Bool = true) throws(StorageError) {
    let root = SharedDescriptor(try openFolder(path, mode: FolderMode.served))
    self.root = root
    staging = SharedDescriptor(try openFolder("\(path)/.vitrine", mode: FolderMode.hidden))
    underWay = StagingFolder(staging, unnamedIn: allowsUnnamed ? root : nil, owner: owner)
  }

  /// Begins a file.
  package func stage() throws(StorageError) -> StagedFile { try underWay.stage() }

  /// Gives a staged file its name; it is not durable yet. Throws `exists` if the name is taken.
  package func link(_ staged: borrowing StagedFile, as name: StoredName) throws(StorageError) {
    do throws(Errno) {
      try staged.file.link(as: name.text, in: root.descriptor)
    } catch .fileExists {
      throw .objectExists
    } catch {
      throw StorageError(error, "naming \(name)")
    }
  }

  /// Takes a name away; it is not durable yet. Throws `notFound` if there is none.
  package func unlink(_ name: StoredName) throws(StorageError) {
    do throws(Errno) {
      try root.descriptor.unlink(name.text)
    } catch .noSuchFile {
      throw .noSuchKey
    } catch {
      throw StorageError(error, "removing \(name)")
    }
  }

  /// Makes the names durable that were given and taken before this call.
  package func synchronize() throws(StorageError) {
    do throws(Errno) {
      try root.descriptor.synchronize()
    } catch {
      throw StorageError(error, "syncing the folder")
    }
  }

  /// The state of the regular file with this name; nil if there is none.
  package func status(of name: StoredName) throws(StorageError) -> FileStatus? {
    do throws(Errno) {
      let status = try root.descriptor.status(of: name.text)
      return status.isRegular ? status : nil
    } catch .noSuchFile {
      return nil
    } catch {
      throw StorageError(error, "looking at \(name)")
    }
  }

  /// Opens the regular file with this name to read it. Throws `notFound` if there is none.
  package func open(_ name: StoredName) throws(StorageError) -> FileDescriptor {
    do throws(Errno) {
      // A pipe that somebody put there must not make the open wait.
      let file = try root.descriptor.open(name.text, [.readOnly, .noFollow, .nonBlocking])
      guard try file.status().isRegular else { throw Errno.noSuchFile }
      return file
    } catch .noSuchFile, .symbolicLoop {
      throw .noSuchKey
    } catch {
      throw StorageError(error, "opening \(name)")
    }
  }

  /// Removes the temporary files of processes that are gone.
  package func removeAbandoned(boot: String) throws(StorageError) {
    do throws(Errno) { try underWay.removeAbandoned(boot: boot) } catch {
      throw StorageError(error, "removing abandoned uploads")
    }
  }
}
