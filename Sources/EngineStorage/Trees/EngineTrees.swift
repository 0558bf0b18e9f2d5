public import Storage

/// The trees of several hosts: objects of buckets. Trees of other buckets are another store's.
public struct EngineTrees: TreeStore {
  private let store: EngineObjectStore
  private let others: any TreeStore
  private let othersBuckets: Set<String>

  /// - Parameters:
  ///   - others: the trees of buckets that do not lie in the engine.
  ///   - buckets: their names.
  public init(_ store: EngineObjectStore, others: any TreeStore, of buckets: Set<String>) {
    self.store = store
    self.others = others
    othersBuckets = buckets
  }

  /// A tree. It is looked for when it is listed.
  public func tree(_ selection: TreeSelection) -> any Tree {
    othersBuckets.contains(selection.bucket) ? others.tree(selection) : EngineTree(selection, store)
  }
}
