internal import DurableFiles
internal import Posix
internal import Storage

/// Folders of a key that are not there yet, made and synced in the bucket's private folder: there nobody has to wait for
/// them. The outermost one is then moved to its location, with all that is in it.
struct NewFolders {
  /// The names of all folders of the key, outermost first.
  private let path: [String]
  /// The index in `path` of the outermost one that was missing.
  private let start: Int
  /// What it is called in the private folder.
  private let name: String

  /// Makes the missing ones.
  init(for key: [UInt8], in bucket: BucketFolder) throws(StorageError) {
    path = KeyPath(key).folders
    name = bucket.staging.temporaryName(for: .put)
    do throws(Errno) {
      start = try Self.existing(path, in: bucket)
      if start < path.count { try Self.make(path[(start + 1)...], as: name, in: bucket) }
    } catch {
      try? removeTree(name, in: bucket.hidden.descriptor)
      throw error == .nameTooLong
        ? .keyTooDeep(limit: KeyPath.folderLimit) : StorageError(error, "making an object's folders")
    }
  }

  /// Makes a folder in the private one, and in it the inner ones.
  private static func make(
    _ inner: ArraySlice<String>, as name: String, in bucket: BucketFolder
  ) throws(Errno) {
    try bucket.hidden.descriptor.makeDirectory(name, mode: FolderMode.served)
    var folder = try bucket.hidden.descriptor.open(name, [.readOnly, .directory, .noFollow])
    for segment in inner {
      try folder.makeDirectory(segment, mode: FolderMode.served)
      try folder.synchronize()
      folder = try folder.open(segment, [.readOnly, .directory, .noFollow])
    }
    try folder.synchronize()
  }

  /// How many of the folders are there.
  private static func existing(_ path: [String], in bucket: BucketFolder) throws(Errno) -> Int {
    var folder = try bucket.root.descriptor.duplicate()
    for (depth, segment) in path.enumerated() {
      do throws(Errno) { folder = try folder.open(segment, [.readOnly, .directory, .noFollow]) } catch {
        guard error == .noSuchFile || error == .notDirectory else { throw error }
        return depth
      }
    }
    return path.count
  }

  /// Whether the folder at that index of the path was made.
  func covers(_ depth: Int) -> Bool { depth >= start }

  /// Gives the folder at that index of the path its name, with those in it. Once: no folder within it is missing then.
  func move(
    _ depth: Int, as segment: String, in folder: borrowing FileDescriptor, of bucket: BucketFolder
  ) throws(Errno) {
    guard depth > start else { return try bucket.hidden.descriptor.rename(name, to: segment, in: folder) }
    // Somebody else made the outer ones meanwhile.
    let outer = ([name] + path[(start + 1)..<depth]).joined(separator: "/")
    try bucket.hidden.descriptor.openBeneath(Array(outer.utf8), [.readOnly, .directory])
      .rename(segment, to: segment, in: folder)
  }

  /// Removes what was not needed. What cannot be removed now goes when this process is gone.
  func removeRest(in bucket: BucketFolder) {
    try? removeTree(name, in: bucket.hidden.descriptor)
  }
}
