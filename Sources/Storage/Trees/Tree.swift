/// Files below a prefix of a bucket, or some that were chosen, as an archive is made of them: they are listed whole, opened
/// ahead, and looked at again in the end.
///
/// No call keeps the caller's executor waiting.
public protocol Tree: Sendable {
  /// The files, in the order of their paths' bytes. What could be no path in an archive is left out.
  /// - Throws: `noSuchKey` where there is no such folder or prefix, `incomplete` where a part of the tree cannot be read or
  ///   is beyond the limits: a list that is not whole is none.
  nonisolated(nonsending) func list() async throws(StorageError) -> TreeListing

  /// The first of these files that cannot be opened to read it; nil if all can. One that has changed since it was listed is
  /// not looked at further: whoever reads it finds out.
  nonisolated(nonsending) func firstUnreadable(of members: [TreeMember]) async throws(StorageError) -> TreeFlaw?

  /// The first of these files that is not there any more as it was listed; nil if all are.
  nonisolated(nonsending) func firstChanged(
    of members: ArraySlice<TreeMember>
  ) async throws(StorageError) -> TreeMember?

  /// Opens files that will be read soon, all of one `medium`.
  /// - Returns: an outcome for each; `versionChanged` for one that is not there any more as it was listed.
  nonisolated(nonsending) func open(_ reads: [TreeRead]) async -> [Result<TreeContent, StorageError>]

  /// Finds out the CRC-32 of files: remembered, or computed once for all who want it, and to the end even if they leave.
  /// - Parameter found: called on any thread, again and again, with what was found out since, by the places of the files
  ///   among `members`; once for each of them.
  func findChecksums(
    of members: [TreeMember],
    _ found: @escaping @Sendable ([(index: Int, outcome: Result<UInt32, StorageError>)]) -> Void
  )
}

/// A bucket, or several, whose objects can be seen as trees.
public protocol TreeStore: Sendable {
  /// A tree. It is looked for when it is listed.
  func tree(_ selection: TreeSelection) -> any Tree
}

/// What makes up a tree.
public struct TreeSelection: Sendable {
  /// Which objects.
  public enum Scope: Sendable {
    /// Those whose keys begin with a prefix, which ends in a slash or is empty, by what follows it.
    case prefix([UInt8])
    /// Those with these keys, by other paths, all different.
    case chosen([(key: [UInt8], path: [UInt8])])
  }

  /// Says whether an object belongs to the tree, on a thread that may wait.
  /// - Parameters:
  ///   - key: the object's.
  ///   - metadata: what is known of it; nil where it is gone by now.
  public typealias Filter =
    @Sendable (_ key: [UInt8], _ metadata: () -> ObjectMetadata?) throws(StorageError) -> Bool

  /// The bucket.
  public var bucket: String
  /// Which objects of it.
  public var scope: Scope
  /// Whether what is kept from the public is in it, too.
  public var includesUnlisted: Bool
  /// What leaves some objects out; nil for none.
  public var filter: Filter?

  /// A selection.
  public init(bucket: String, _ scope: Scope, includesUnlisted: Bool = false, filter: Filter? = nil) {
    self.bucket = bucket
    self.scope = scope
    self.includesUnlisted = includesUnlisted
    self.filter = filter
  }
}
