public import Posix
public import Storage

/// The trash is `images/.vitrine/trash/`.
extension LocalPictureCatalog: PictureTrash {
  /// Renames the files.
  public nonisolated(nonsending) func trash(_ names: [StoredName]) async throws(StorageError) -> [PictureMetadata] {
    try await onStore { (store) throws(StorageError) in try store.trash(names) }
  }

  /// Links the files to their names, which must be free.
  public nonisolated(nonsending) func restore(_ names: [StoredName]) async throws(StorageError) -> [PictureMetadata] {
    try await onStore { (store) throws(StorageError) in try store.restore(names) }
  }

  /// Reads the folder.
  public nonisolated(nonsending) func trashed(
    after: PictureCursor?, limit: Int
  ) async throws(StorageError) -> [TrashedPicture] {
    try await onStore { (store) throws(StorageError) in try store.trashed(after: after, limit: limit) }
  }

  /// Unlinks files.
  public nonisolated(nonsending) func discardTrashed(_ names: [StoredName]) async throws(StorageError) -> [StoredName] {
    try await onStore { (store) throws(StorageError) in try store.discardTrashed(names) }
  }

  /// Unlinks files by their time of change.
  public nonisolated(nonsending) func emptyTrash(
    before: Timestamp, limit: Int
  ) async throws(StorageError) -> Int {
    try await onStore { (store) throws(StorageError) in try store.emptyTrash(before: before, limit: limit) }
  }
}
