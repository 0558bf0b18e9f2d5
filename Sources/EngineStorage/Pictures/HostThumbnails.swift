public import Storage

/// Where this host keeps thumbnails for its web server. They may be lost: each is made again when it is asked for.
public protocol HostThumbnails: Sendable {
  /// Keeps a thumbnail.
  nonisolated(nonsending) func keep(
    _ bytes: [UInt8], of name: StoredName, _ density: ThumbnailDensity
  ) async throws(StorageError)

  /// Removes the thumbnails of a picture; that there are none is no error.
  nonisolated(nonsending) func remove(_ name: StoredName) async
}
