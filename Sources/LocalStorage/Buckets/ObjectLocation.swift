internal import DurableFiles
internal import Posix
internal import Storage

/// Where a key's file stands in a bucket: finding it, and making room for it.
///
/// A key whose last segment is also a folder (`a` beside `a/b`) stands under the shadow name of that segment.
struct ObjectLocation {
  /// The folder that holds the file.
  let folder: SharedDescriptor
  /// The file's name in it.
  let name: String

  /// Finds the file of a key; nil where there is none.
  static func find(_ key: [UInt8], in bucket: BucketFolder) throws(StorageError) -> ObjectLocation? {
    let path = KeyPath(key)
    guard let folder = try bucket.open(path.folders) else { return nil }
    return try find(path, in: SharedDescriptor(folder))?.location
  }

  /// Finds the file of a key in its folder, and its state; nil where there is none.
  static func find(
    _ path: KeyPath, in folder: SharedDescriptor
  ) throws(StorageError) -> (location: ObjectLocation, recordedVersion: RecordedVersion)? {
    do throws(Errno) {
      for name in [path.plainName, path.shadowName] {
        if let status = try folder.descriptor.statusIfPresent(of: name), status.isRegular {
          return (ObjectLocation(folder: folder, name: name), RecordedVersion(status))
        }
      }
    } catch {
      throw StorageError(error, "looking for an object")
    }
    return nil
  }

  /// Makes the folders of a key, moving files aside that stand in their way, and chooses its name.
  /// Only while nobody else changes names.
  /// - Parameters:
  ///   - ready: folders that were made aside.
  ///   - makesAll: whether more than one folder may be made here that is not among those.
  /// - Returns: nil where more would have to be made.
  static func make(
    _ key: [UInt8], in bucket: BucketFolder, _ ready: NewFolders?, makesAll: Bool
  ) throws(StorageError) -> ObjectLocation? {
    let path = KeyPath(key)
    do throws(Errno) {
      var folder = try bucket.root.descriptor.duplicate()
      for (depth, segment) in path.folders.enumerated() {
        do throws(Errno) {
          folder = try folder.open(segment, [.readOnly, .directory, .noFollow])
          continue
        } catch {
          // It is to be made.
          guard error == .noSuchFile || error == .notDirectory else { throw error }
          let isReady = ready?.covers(depth) ?? false
          guard isReady || makesAll || depth == path.folders.count - 1 else { return nil }
          // An object of that name stands in the way: it gets its shadow name.
          if error == .notDirectory { try folder.rename(segment, to: KeyPath.shadow(of: segment)) }
          if isReady {
            try ready?.move(depth, as: segment, in: folder, of: bucket)
          } else {
            try folder.makeDirectory(segment, mode: FolderMode.served)
          }
        }
        try folder.synchronize()
        folder = try folder.open(segment, [.readOnly, .directory, .noFollow])
      }
      let isFolder = try folder.statusIfPresent(of: path.plainName)?.isDirectory ?? false
      return ObjectLocation(folder: SharedDescriptor(folder), name: isFolder ? path.shadowName : path.plainName)
    } catch .nameTooLong {
      throw .keyTooDeep(limit: KeyPath.folderLimit)
    } catch {
      throw StorageError(error, "making an object's folders")
    }
  }

  /// What tells whether the file there is still the same one; nil where there is none.
  func recordedVersion() throws(StorageError) -> RecordedVersion? {
    do throws(Errno) {
      return try folder.descriptor.statusIfPresent(of: name).map { RecordedVersion($0) }
    } catch {
      throw StorageError(error, "looking at an object")
    }
  }

  /// Opens the file to read it.
  func open() throws(Errno) -> FileDescriptor {
    try folder.descriptor.open(name, [.readOnly, .noFollow, .nonBlocking])
  }

  /// Opens the file of a key to read it, if that needs no look at the disk; nil where it does, and where the key has no
  /// file under its plain name.
  static func openIfCached(_ key: [UInt8], in bucket: BucketFolder) -> FileDescriptor? {
    let path = KeyPath(key)
    var bytes: [UInt8] = []
    for folder in path.folders {
      bytes += folder.utf8
      bytes.append(UInt8(ascii: "/"))
    }
    bytes += path.plainName.utf8
    return bucket.root.descriptor.openBeneathIfCached(bytes, [.readOnly, .noFollow, .nonBlocking])
  }

  /// Takes the file away that gave way to a folder which is no longer there: the plain name counts again.
  /// Only while nobody else changes names.
  /// - Returns: the file beside it that held its metadata, as far as that is known.
  func removeShadow(of key: [UInt8], in bucket: BucketFolder) throws(Errno) -> SidecarName? {
    let path = KeyPath(key)
    let shadow = ObjectLocation(folder: folder, name: path.shadowName)
    guard name == path.plainName, try folder.descriptor.statusIfPresent(of: shadow.name) != nil else { return nil }
    let sidecar = try? bucket.sidecarName(at: shadow)
    try folder.descriptor.unlink(shadow.name)
    return sidecar
  }

  /// Takes the folders away that a deletion left empty, from the innermost out.
  /// Only while nobody else changes names.
  static func removeEmptyFolders(of key: [UInt8], in bucket: BucketFolder) {
    var folders = KeyPath(key).folders
    while let last = folders.popLast() {
      guard let parent = try? bucket.open(folders) else { return }
      do throws(Errno) { try parent.removeDirectory(last) } catch {
        // It holds others.
        return
      }
      // What is above it is not synced: a folder that comes back after a power cut is empty, and no object.
    }
  }
}
