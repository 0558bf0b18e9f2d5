/// The memory of one host that the makers of thumbnails take together, whichever process starts them.
public protocol ThumbnailBudget: Sendable {
  /// Takes what a picture of so many pixels needs, waiting for it.
  /// - Returns: the share, which is given back when nobody refers to it any more, also where its process dies.
  nonisolated(nonsending) func take(pixels: UInt64) async throws(StorageError) -> any Sendable & AnyObject
}
