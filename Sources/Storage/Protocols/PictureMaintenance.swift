public import Posix

/// Work on the catalogue of pictures that nobody waits for: who does it, and when, is decided by the caller.
public protocol PictureMaintenance: Sendable {
  /// Settles what processes left half done that are gone; living ones are not disturbed.
  nonisolated(nonsending) func settleAbandonedPictures() async throws(StorageError)

  /// Whether pictures that this process has published wait to be listed. Whoever reads the list does it before, so that
  /// nobody has to.
  var hasPicturesToList: Bool { get }

  /// Lists the pictures that this process has published.
  nonisolated(nonsending) func listPublishedPictures() async throws(StorageError)

  /// When pictures last came or went, by whatever way; nil where that is not known.
  nonisolated(nonsending) func lastPictureChange() async -> Timestamp?

  /// Brings the catalogue in line with what is stored, where others than this program bring pictures and take them away.
  nonisolated(nonsending) func reconcilePictures() async throws(StorageError) -> PictureReconciliation

  /// Computes what the object store tells of pictures and nobody has asked for yet.
  /// - Parameter limit: of how many pictures.
  /// - Returns: whether there may be more to do.
  nonisolated(nonsending) func completePictureDigests(limit: Int) async throws(StorageError) -> Bool
}

/// What a reconciliation did.
public struct PictureReconciliation: Equatable, Sendable {
  /// Files that were looked at.
  public var files = 0
  /// Pictures that were listed, newly or with other metadata.
  public var listed = 0
  /// Names whose file is gone.
  public var dropped = 0
  /// Files that turned out to be no pictures.
  public var foreign = 0
  /// Files that could not be looked at: they stay listed as they were.
  public var unreadable = 0
  /// Why the first of them could not.
  public var obstacle: StorageError?

  /// One that did nothing.
  public init() {}
}
