public import Storage

/// The trees of this host: photo folders, pictures, and buckets of plain files.
public struct LocalTrees: TreeStore {
  /// The bucket of pictures.
  private static let pictureBucket = "images"

  private let photos: PhotoFolders
  private let pictures: ImageStore
  private let buckets: BucketStore
  private let threads: DiskThreads
  private let checksums: ChecksumFinder

  /// - Parameters:
  ///   - memory: remembered checksums.
  ///   - threads: those that may wait for the files' disks.
  public init(
    photos: PhotoFolders, pictures: LocalPictureCatalog, buckets: BucketStore, memory: ChecksumMemory,
    threads: DiskThreads
  ) {
    self.photos = photos
    self.pictures = pictures.store
    self.buckets = buckets
    self.threads = threads
    checksums = ChecksumFinder(memory: memory, threads: threads)
  }

  /// A tree. It is looked for when it is listed.
  public func tree(_ selection: TreeSelection) -> any Tree {
    LocalTree(files: files(selection), threads: threads, checksums: checksums)
  }

  private func files(_ selection: TreeSelection) -> any TreeFiles {
    switch selection.scope {
    case .prefix(let prefix): files(selection, below: prefix)
    case .chosen(let chosen): ChosenTree(chosen, of: files(selection, below: []))
    }
  }

  private func files(_ selection: TreeSelection, below prefix: [UInt8]) -> any TreeFiles {
    switch selection.bucket {
    case LocalPhotos.bucketName:
      PhotoTree(folders: photos, path: Array(prefix.dropLast()), filter: selection.filter)
    case Self.pictureBucket where prefix.isEmpty:
      PictureTree(store: pictures, includesUnlisted: selection.includesUnlisted, filter: selection.filter)
    case Self.pictureBucket:
      // Names have no slash: there are no folders in it.
      ChosenTree([], of: PictureTree(store: pictures, includesUnlisted: false, filter: nil))
    default:
      BucketTree(store: buckets, bucket: selection.bucket, prefix: prefix, filter: selection.filter)
    }
  }
}
