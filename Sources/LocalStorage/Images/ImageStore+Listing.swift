internal import DurableFiles
internal import Posix
internal import Storage
internal import Synchronization

/// Listing what was published.
extension ImageStore {
  /// Whether pictures of this process wait to be listed, or not to be listed any more.
  var hasPicturesToList: Bool { published.count > 0 || stillListed.withLock { !$0.isEmpty } }

  /// Lists the pictures that this process has published, and no longer those that it has removed.
  func listPublished() throws(StorageError) {
    for name in stillListed.withLock({ $0 }) {
      // A name is given once: none of these can be there again.
      try index.remove(name)
      stillListed.withLock { _ = $0.remove(name) }
    }
    try published.settleOwn { (findings) throws(StorageError) in try index.add(findings, whileThere: isThere) }
  }

  /// Brings the index up to date, so that it agrees with all that was published before.
  func completeIndex() throws(StorageError) {
    try completeIndexOnce()
    try listPublished()
    try published.settleOthers { (names) throws(StorageError) in try list(names) }
  }

  /// Brings the index up to date, as far as that is possible: one that cannot grow still tells what it has.
  func prepareToRead() throws(StorageError) {
    do { try completeIndex() } catch .full {}
  }

  /// Lists names, as far as there are pictures of them.
  /// - Returns: those that are there.
  func list(_ names: Set<StoredName>) throws(StorageError) -> Set<StoredName> {
    var there: Set<StoredName> = []
    var findings: [ImageIndex.Finding] = []
    for name in names {
      guard let status = try folder.status(of: name) else { continue }
      if try index.finding(name)?.recordedVersion != RecordedVersion(status) {
        do throws(StorageError) {
          guard let finding = try examine(name) else { continue }
          findings.append(finding)
        } catch {
          guard error.isAboutOneFile else { throw error }
          continue
        }
      }
      there.insert(name)
    }
    if !findings.isEmpty { try index.add(findings, whileThere: isThere) }
    return there
  }
}
