internal import DurableFiles
internal import Posix
internal import Storage

/// Giving objects their names, and taking them away.
extension BucketStore {
  /// Names that have changed, and what is still to be done about it.
  struct Renamed: Sendable {
    /// Where; its folder is to be synced.
    var location: ObjectLocation
    /// Files that held the metadata of what stood there before. After a power cut it may stand there again, and need them,
    /// until the folder is synced.
    var replaced: [SidecarName]
  }

  func finish(_ renamed: Renamed, of key: [UInt8], in folder: BucketFolder) throws(StorageError) {
    try synchronize(renamed.location.folder)
    for sidecar in renamed.replaced { folder.removeSidecar(sidecar, of: key) }
  }

  /// - Returns: nil where there was no object.
  func unlink(_ key: [UInt8], in folder: BucketFolder) throws(StorageError) -> Renamed? {
    guard let location = try ObjectLocation.find(key, in: folder) else { return nil }
    // Where it is not known, the sweep of leftovers finds it: the object can be removed all the same.
    let sidecar = try? folder.sidecarName(at: location)
    let shadowed: SidecarName?
    do throws(Errno) {
      // First: otherwise what had been replaced would come back.
      shadowed = try location.removeShadow(of: key, in: folder)
      try location.folder.descriptor.unlink(location.name)
    } catch .noSuchFile {
      return nil
    } catch {
      throw StorageError(error, "removing an object")
    }
    ObjectLocation.removeEmptyFolders(of: key, in: folder)
    return Renamed(location: location, replaced: [sidecar, shadowed].compactMap(\.self))
  }

  /// Gives a file its name. Where several folders are missing above it, they are made before the others have to wait:
  /// each is synced.
  /// - Throws: only as long as the file has none.
  func name(
    _ file: borrowing StagedFile, as key: [UInt8], in folder: BucketFolder, _ precondition: Precondition
  ) throws(StorageError) -> Renamed {
    var made: NewFolders?
    var attempt = 0
    while true {
      let ready = made
      defer { ready?.removeRest(in: folder) }
      // Where others keep removing the folders, they are made under the lock.
      let makesAll = attempt >= Self.folderAttempts
      let named = try withNamespaceLock(of: folder) { () throws(StorageError) -> Renamed? in
        try check(precondition, of: key, in: folder)
        guard let location = try ObjectLocation.make(key, in: folder, ready, makesAll: makesAll) else { return nil }
        return try name(file, at: location, as: key, in: folder)
      }
      if let named { return named }
      made = try NewFolders(for: key, in: folder)
      attempt += 1
    }
  }

  private static let folderAttempts = 4

  /// Refuses a key that needs too many folders: one for each slash, and some more for segments that no file can be
  /// called by.
  static func checkDepth(of key: [UInt8]) throws(StorageError) {
    guard KeyPath(key).folders.count <= KeyPath.folderLimit else { throw .keyTooDeep(limit: KeyPath.folderLimit) }
  }

  private func name(
    _ file: borrowing StagedFile, at location: ObjectLocation, as key: [UInt8], in folder: BucketFolder
  ) throws(StorageError) -> Renamed {
    let replaced: SidecarName?
    do throws(Errno) {
      replaced = try link(file, to: location, in: folder)
    } catch .noSuchFile {
      // The folder was removed after it had been opened.
      throw .noSuchBucket
    } catch {
      throw StorageError(error, "naming an object")
    }
    // One that cannot be removed now stays behind the plain name, and goes with it.
    let shadowed = try? location.removeShadow(of: key, in: folder)
    return Renamed(location: location, replaced: [replaced, shadowed].compactMap(\.self))
  }

  /// - Returns: the file beside the object that stood there before.
  private func link(
    _ file: borrowing StagedFile, to location: ObjectLocation, in folder: BucketFolder
  ) throws(Errno) -> SidecarName? {
    do throws(Errno) {
      try file.file.link(as: location.name, in: location.folder.descriptor)
      return nil
    } catch .fileExists {
      // As with a removal.
      let replaced = try? folder.sidecarName(at: location)
      try replace(location, by: file, in: folder)
      return replaced
    }
  }

  private func replace(
    _ location: ObjectLocation, by file: borrowing StagedFile, in folder: BucketFolder
  ) throws(Errno) {
    let temporary = folder.staging.temporaryName(for: .put)
    try file.file.link(as: temporary, in: folder.hidden.descriptor)
    do throws(Errno) {
      try folder.hidden.descriptor.rename(temporary, to: location.name, in: location.folder.descriptor)
    } catch {
      try? folder.hidden.descriptor.unlink(temporary)
      throw error
    }
  }
}
