internal import LocalStorage
internal import ObjectStorage
internal import Storage

/// What a process has opened of the storage: folders of this host, or what several hosts share.
protocol OpenedStorage: Sendable {
  /// The pictures, their lists, and those that are blocked.
  var pictures: any PictureCatalog & PictureMaintenance & BlockedPictureList & PictureTrash { get }
  /// The objects of all buckets but those that are built in.
  var objects: any ObjectStorageBackend & BucketMaintenance { get }
  /// Access keys, ended sessions, and what else is small.
  var documents: any DocumentStore { get }

  /// Photo folders, and all that archives are made of.
  /// - Parameters:
  ///   - threads: those that wait for the disks of photo folders.
  ///   - memory: remembered checksums of files of this host.
  func sources(_ threads: DiskThreads, _ memory: ChecksumMemory) -> ArchiveSources
}

/// What archives are made of.
struct ArchiveSources: Sendable {
  let photos: any ObjectStore & FolderCatalog
  let trees: any TreeStore
}
