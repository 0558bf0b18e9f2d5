public import Posix
public import Storage

extension Pictures {
  /// Those that are blocked, the newest first.
  public nonisolated(nonsending) func blockedPictures() async throws(StorageError) -> [BlockedPicture] {
    try await blocked.blockedPictures()
  }

  /// Blocks a picture and moves every copy of it to the trash: none can be stored again until it is unblocked.
  /// - Returns: what was moved.
  /// - Throws: `noSuchKey` where there is no picture of that name.
  public nonisolated(nonsending) func block(
    _ name: StoredName, now: Timestamp = Clock.now()
  ) async throws(StorageError) -> [PictureMetadata] {
    guard let metadata = try await catalog.metadata(of: name) else { throw .noSuchKey }
    return try await block([
      BlockedPicture(sha256: metadata.content.sha256, name: metadata.originalName, blocked: now)
    ])
  }

  /// Blocks a picture by its SHA-256, whether or not there is a copy of it, and moves every copy to the trash.
  /// - Returns: what was moved.
  public nonisolated(nonsending) func block(
    sha256: [UInt8], now: Timestamp = Clock.now()
  ) async throws(StorageError) -> [PictureMetadata] {
    try await block([BlockedPicture(sha256: sha256, name: "", blocked: now)])
  }

  nonisolated(nonsending) func block(_ pictures: [BlockedPicture]) async throws(StorageError) -> [PictureMetadata] {
    // First, so that no copy comes in behind the removal.
    try await blocked.block(pictures)
    var names: [StoredName] = []
    for sha256 in Set(pictures.map(\.sha256)) { names += try await catalog.copies(of: sha256).map(\.name) }
    return try await trash(names)
  }

  /// Lets a picture be stored again.
  /// - Throws: `noSuchKey` if it is not blocked.
  public nonisolated(nonsending) func unblock(sha256: [UInt8]) async throws(StorageError) {
    try await blocked.unblock(sha256)
  }
}
