public import Storage

/// The trees of several hosts: objects of buckets, pictures, and photo folders.
public struct EngineTrees: TreeStore {
  /// The bucket of pictures.
  private static let pictureBucket = "images"

  private let store: EngineObjectStore
  private let catalog: EnginePictureCatalog
  private let photos: Photos

  /// Where photo folders lie.
  public enum Photos: Sendable {
    /// Beside the blobs.
    case inEngine(EnginePhotos)
    /// Elsewhere: their trees.
    case elsewhere(any TreeStore)
  }

  /// Trees of these objects and pictures, and of photo folders.
  public init(_ store: EngineObjectStore, pictures catalog: EnginePictureCatalog, photos: Photos) {
    self.store = store
    self.catalog = catalog
    self.photos = photos
  }

  /// A tree. It is looked for when it is listed.
  public func tree(_ selection: TreeSelection) -> any Tree {
    switch selection.bucket {
    case EnginePhotos.bucketName:
      switch photos {
      case .inEngine(let photos): return EngineTree(selection, of: PhotoEntries(photos), store)
      case .elsewhere(let trees): return trees.tree(selection)
      }
    case Self.pictureBucket:
      return EngineTree(
        selection, of: PictureEntries(catalog: catalog, includesUnlisted: selection.includesUnlisted), store)
    default:
      return EngineTree(selection, of: ObjectEntries(store: store, bucket: selection.bucket), store)
    }
  }
}
