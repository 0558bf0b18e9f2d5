import Posix
import Storage

/// Nothing is left half done in memory, and nobody else brings pictures.
extension MemoryPictureCatalog: PictureMaintenance {
  public nonisolated(nonsending) func settleAbandonedPictures() async throws(StorageError) {}

  public var hasPicturesToList: Bool { false }

  public nonisolated(nonsending) func listPublishedPictures() async throws(StorageError) {}

  public nonisolated(nonsending) func lastPictureChange() async -> Timestamp? { nil }

  public nonisolated(nonsending) func reconcilePictures() async throws(StorageError) -> PictureReconciliation {
    PictureReconciliation()
  }

  public nonisolated(nonsending) func completePictureDigests(limit: Int) async throws(StorageError) -> Bool { false }
}
