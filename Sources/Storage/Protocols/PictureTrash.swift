public import Posix

/// Where pictures go that a moderator removes: nobody finds them there by any link or list, and for a while they can come
/// back under the same names.
public protocol PictureTrash: Sendable {
  /// Moves pictures to the trash, and removes their thumbnails; when this returns, they are there also after a power cut. One
  /// of the same name that is there already is removed for good.
  /// - Returns: those that there were.
  nonisolated(nonsending) func trash(_ names: [StoredName]) async throws(StorageError) -> [PictureMetadata]

  /// Brings pictures back; when this returns, it survives a power cut, and they are in the lists. Those that are blocked stay
  /// where they are, and those whose name another picture has by now.
  /// - Returns: those that are back.
  nonisolated(nonsending) func restore(_ names: [StoredName]) async throws(StorageError) -> [PictureMetadata]

  /// A part of the trash, what came last first.
  /// - Parameter after: the place of the last one of the part before; nil for the first part.
  nonisolated(nonsending) func trashed(
    after: PictureCursor?, limit: Int
  ) async throws(StorageError) -> [TrashedPicture]

  /// Removes pictures in the trash for good.
  /// - Returns: those that were there.
  nonisolated(nonsending) func discardTrashed(_ names: [StoredName]) async throws(StorageError) -> [StoredName]

  /// Removes pictures for good that came before a moment.
  /// - Returns: how many; fewer than `limit` were the last ones.
  nonisolated(nonsending) func emptyTrash(before: Timestamp, limit: Int) async throws(StorageError) -> Int
}

/// A picture in the trash.
public struct TrashedPicture: Equatable, Sendable {
  /// What is known of it.
  public var picture: PictureMetadata
  /// When it came.
  public var trashedAt: Timestamp

  /// An entry.
  public init(picture: PictureMetadata, trashedAt: Timestamp) {
    self.picture = picture
    self.trashedAt = trashedAt
  }

  /// The place behind it.
  public var cursor: PictureCursor {
    PictureCursor(position: trashedAt.totalNanoseconds, name: picture.name.text)
  }
}
