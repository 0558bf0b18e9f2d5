internal import DurableFiles
internal import Posix
internal import Storage

/// The folder of the pictures that moderators removed, inside of the private folder of `images/`, which is not served. A
/// file keeps its name and its attributes there. When it came is its time of change: a rename sets that.
struct TrashFolder {
  private let folder: SharedDescriptor

  /// Opens the folder of a folder of pictures, and makes it where it is missing.
  init(of pictures: StoredFolder) throws(StorageError) {
    do throws(Errno) {
      do throws(Errno) {
        try pictures.staging.descriptor.makeDirectory("trash", mode: FolderMode.hidden)
        try pictures.staging.descriptor.synchronize()
      } catch .fileExists {}
      folder = SharedDescriptor(
        try pictures.staging.descriptor.open("trash", [.readOnly, .directory, .noFollow]))
    } catch {
      throw StorageError(error, "opening the trash")
    }
  }

  /// Keeps all other threads and processes from moving pictures, until the value goes.
  func lock() throws(StorageError) -> FileDescriptor {
    do throws(Errno) { return try folder.descriptor.lockFolder() } catch {
      throw StorageError(error, "locking the trash")
    }
  }

  /// Takes a picture's file from another folder, under the lock; neither place is durable yet.
  /// - Returns: whether it was there.
  func take(_ name: StoredName, from pictures: StoredFolder) throws(StorageError) -> Bool {
    do throws(Errno) {
      try pictures.root.descriptor.rename(name.text, to: name.text, in: folder.descriptor)
      // Whoever brought it back may have died with the file in both places: then a rename does nothing (POSIX).
      if let left = try pictures.root.descriptor.statusIfPresent(of: name.text),
        left.inode == (try folder.descriptor.status(of: name.text)).inode
      {
        try pictures.root.descriptor.unlink(name.text)
      }
      return true
    } catch .noSuchFile {
      return false
    } catch {
      throw StorageError(error, "moving \(name) to the trash")
    }
  }

  /// Gives a file its name in another folder as well, under the lock; it is not durable yet.
  /// - Throws: `objectExists` if the name is taken there, `noSuchKey` if the file is not here.
  func give(_ name: StoredName, to pictures: StoredFolder) throws(StorageError) {
    do throws(Errno) {
      try open(name).link(as: name.text, in: pictures.root.descriptor)
    } catch .noSuchFile {
      throw .noSuchKey
    } catch .fileExists {
      throw .objectExists
    } catch {
      throw StorageError(error, "bringing \(name) back")
    }
  }

  /// What is known of a picture here; nil where it is not here, or carries nothing that this version can read.
  func attributes(of name: StoredName) throws(StorageError) -> PictureAttributes? {
    do throws(Errno) { return try open(name).recordedMetadata() } catch .noSuchFile { return nil } catch {
      throw StorageError(error, "reading \(name) in the trash")
    }
  }

  /// Takes a name away.
  /// - Returns: whether it was there.
  func remove(_ name: StoredName) throws(StorageError) -> Bool {
    do throws(Errno) {
      try folder.descriptor.unlink(name.text)
      return true
    } catch .noSuchFile {
      return false
    } catch {
      throw StorageError(error, "removing \(name) from the trash")
    }
  }

  /// The names, with the moments at which they came, in no particular order.
  func entries() throws(StorageError) -> [(name: StoredName, came: Timestamp)] {
    do throws(Errno) {
      var stream = try DirectoryStream(reading: folder.descriptor)
      var entries: [(StoredName, Timestamp)] = []
      while let entry = try stream.next() {
        guard let name = StoredName(entry.name), let status = try folder.descriptor.statusIfPresent(of: name.text)
        else {
          continue
        }
        entries.append((name, status.changed))
      }
      return entries
    } catch {
      throw StorageError(error, "reading the trash")
    }
  }

  /// Makes the names durable.
  func synchronize() throws(StorageError) {
    do throws(Errno) { try folder.descriptor.synchronize() } catch { throw StorageError(error, "syncing the trash") }
  }

  private func open(_ name: StoredName) throws(Errno) -> FileDescriptor {
    try folder.descriptor.open(name.text, [.readOnly, .noFollow, .nonBlocking])
  }
}
