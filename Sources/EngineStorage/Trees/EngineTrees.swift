public import Storage

/// The trees of several hosts: objects of buckets, and pictures. Trees of other buckets are another store's.
public struct EngineTrees: TreeStore {
  /// The bucket of pictures.
  private static let pictureBucket = "images"

  private let store: EngineObjectStore
  private let catalog: EnginePictureCatalog
  private let others: any TreeStore
  private let othersBuckets: Set<String>

  /// - Parameters:
  ///   - others: the trees of buckets that do not lie in the engine.
  ///   - buckets: their names.
  public init(
    _ store: EngineObjectStore, pictures catalog: EnginePictureCatalog, others: any TreeStore, of buckets: Set<String>
  ) {
    self.store = store
    self.catalog = catalog
    self.others = others
    othersBuckets = buckets
  }

  /// A tree. It is looked for when it is listed.
  public func tree(_ selection: TreeSelection) -> any Tree {
    guard !othersBuckets.contains(selection.bucket) else { return others.tree(selection) }
    let entries: any TreeEntries =
      selection.bucket == Self.pictureBucket
      ? PictureEntries(catalog: catalog, includesUnlisted: selection.includesUnlisted)
      : ObjectEntries(store: store, bucket: selection.bucket)
    return EngineTree(selection, of: entries, store)
  }
}
