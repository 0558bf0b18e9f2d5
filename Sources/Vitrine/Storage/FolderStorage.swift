internal import EventLoop
internal import Journal
internal import LocalStorage
internal import Magic
internal import ObjectStorage
internal import ProgramSettings
internal import Storage

/// Everything in folders of this host.
struct FolderStorage: OpenedStorage {
  private let photos: PhotoFolders
  private let catalog: LocalPictureCatalog
  private let buckets: BucketStore
  let objects: any ObjectStorageBackend & BucketMaintenance
  let documents: any DocumentStore

  var pictures: any PictureCatalog & PictureMaintenance & BlockedPictureList & PictureTrash { catalog }

  /// Opens the data folder.
  /// - Parameter pool: threads that may wait for its disk.
  init(
    _ settings: Settings, in privateFolder: PrivateFolder, _ magic: MagicDatabase, pool: BlockingPool,
    _ log: OperatorLog
  ) throws(StorageError) {
    photos = PhotoFolders(root: settings.photos ?? settings.data + "/photos")
    catalog = try LocalPictureCatalog(
      dataFolder: settings.data, privateFolder: privateFolder, pool: pool, threads: DiskThreads(),
      inspect: PictureInspection(magic: magic, maximumPixels: settings.maxPixels).inspect,
      measure: PictureInspection.measure,
      log: { log.warning($0) })
    buckets = try BucketStore(
      dataFolder: settings.data, privateFolder: privateFolder, log: { log.warning($0) })
    objects = LocalObjectStore(buckets, pool: pool, threads: DiskThreads())
    documents = LocalDocumentStore(in: privateFolder, pool: pool)
  }

  func sources(_ threads: DiskThreads, _ memory: ChecksumMemory) -> ArchiveSources {
    ArchiveSources(
      photos: LocalPhotos(photos, threads: threads),
      trees: LocalTrees(photos: photos, pictures: catalog, buckets: buckets, memory: memory, threads: threads))
  }
}
