internal import DurableFiles
internal import EventLoop
internal import Posix
public import Storage

/// The photo folders as the bucket `photos`, which is only read: they are filled by others, whose programs know nothing of
/// keys and locks. A first folder's name is that of its archive.
public struct LocalPhotos: PhotoBucket {
  let folders: PhotoFolders
  let threads: DiskThreads

  /// The folders as objects.
  /// - Parameter threads: those that may wait for the folders' disks.
  public init(_ folders: PhotoFolders, threads: DiskThreads) {
    self.folders = folders
    self.threads = threads
  }

  /// Opens a file.
  /// - Throws: `noSuchBucket`, `noSuchKey`, `noSuchVersion`.
  public nonisolated(nonsending) func open(
    _ key: [UInt8], in bucket: String, version: String?
  ) async throws(StorageError) -> any OpenedObject {
    try Self.check(bucket)
    try SingleVersion.check(version)
    return try await threads.listing.run { [folders, threads] () throws(StorageError) -> LocalObject in
      let file = try folders.open(file: key)
      let status: FileStatus
      do throws(Errno) { status = try file.status() } catch { throw StorageError(error, "looking at a photo") }
      return LocalObject(
        SharedDescriptor(file), ObjectMetadata(ofForeignFile: status, key: key), status, isForeign: true,
        threads: threads)
    }
  }

  /// Files in the order of their paths' bytes.
  public nonisolated(nonsending) func list(
    _ bucket: String, _ query: ObjectQuery
  ) async throws(StorageError) -> [ListedObject] {
    try Self.check(bucket)
    return try await threads.listing.run { [folders] () throws(StorageError) in
      try PhotoListing(folders).files(from: query.start, limit: query.limit)
    }
  }

  /// Reads the list in one go, and no directory of it twice.
  public nonisolated(nonsending) func scan<State: Sendable>(
    _ bucket: String, from start: ListingStart, grouping: KeyGrouping?, includesUnlisted: Bool, into state: State,
    _ step: @escaping @Sendable (inout State, ListedObject) -> ListingStep
  ) async throws(StorageError) -> State {
    try Self.check(bucket)
    return try await threads.listing.run { [folders] () throws(StorageError) in
      let listing = PhotoListing(folders)
      var state = state
      var cursor = ListingCursor(from: start)
      while !cursor.isAtEnd {
        cursor.take(try listing.files(from: cursor.position, limit: cursor.count)) { step(&state, $0) }
      }
      return state
    }
  }

  private static func check(_ bucket: String) throws(StorageError) {
    guard bucket == bucketName else { throw .noSuchBucket }
  }

  /// The names of all folders.
  public nonisolated(nonsending) func folderNames() async throws(StorageError) -> [FolderName] {
    try await threads.listing.run { [folders] () throws(StorageError) in
      try folders.folders().sorted { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }
    }
  }
}
