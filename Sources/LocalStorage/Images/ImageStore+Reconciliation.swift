internal import DurableFiles
internal import ImageStructure
internal import Posix
internal import Storage

extension ImageStore {
  /// Brings the index in line with the files: after a power cut, after files came or went by FTP, or when the index was
  /// lost. Uploads and deletions may go on meanwhile; other reconciliations wait for this one.
  @discardableResult
  func reconcile() throws(StorageError) -> PictureReconciliation {
    let lock = try reconciliationLock()
    defer { withExtendedLifetime(lock) {} }
    return try reconcileAlone()
  }

  /// Reconciles if the index is not known to hold all pictures of before.
  func completeIndexOnce() throws(StorageError) {
    if try index.isComplete(boot: boot) { return }
    let lock = try reconciliationLock()
    defer { withExtendedLifetime(lock) {} }
    // Whoever held the lock may have done it.
    if try !index.isComplete(boot: boot) { try reconcileAlone() }
  }

  private func reconciliationLock() throws(StorageError) -> FileDescriptor {
    do throws(Errno) {
      return try folder.staging.descriptor.lockFolder()
    } catch {
      throw StorageError(error, "locking the reconciliation")
    }
  }

  @discardableResult
  private func reconcileAlone() throws(StorageError) -> PictureReconciliation {
    var result = PictureReconciliation()
    var known = try index.knownFiles()
    var findings: [ImageIndex.Finding] = []
    for name in try fileNames() {
      guard let status = try folder.status(of: name) else { continue }
      result.files += 1
      // What remains in `known` at the end has lost its file.
      let before = known.removeValue(forKey: name)
      if before == RecordedVersion(status) { continue }
      // Another picture took the place of the one that they show.
      if before != nil { thumbnails.remove(name) }
      let finding: ImageIndex.Finding
      do throws(StorageError) {
        guard let found = try examine(name) else { continue }
        finding = found
      } catch {
        // One file of somebody else's must not keep the others from being listed.
        guard error.isAboutOneFile else { throw error }
        result.unreadable += 1
        result.obstacle = result.obstacle ?? error
        continue
      }
      if case .image = finding { result.listed += 1 } else { result.foreign += 1 }
      findings.append(finding)
      // In pieces, so that uploads get the write lock in between.
      if findings.count == 500 {
        try index.add(findings, whileThere: isThere)
        findings.removeAll(keepingCapacity: true)
      }
    }
    try index.add(findings, whileThere: isThere)
    for name in known.keys where !isThere(name) { thumbnails.remove(name) }
    try index.remove(Array(known.keys)) { isThere($0) }
    result.dropped = known.count
    try index.markComplete(boot: boot)
    return result
  }

  /// When a file last came or went, by whatever way; nil where that is not known.
  var lastChange: Timestamp? { (try? folder.root.descriptor.status())?.modified }

  /// Whether there is a file of this name. In doubt there is.
  func isThere(_ name: StoredName) -> Bool {
    do { return try folder.status(of: name) != nil } catch { return true }
  }

  /// The names in the folder that may be pictures.
  private func fileNames() throws(StorageError) -> [StoredName] {
    do throws(Errno) {
      var stream = try DirectoryStream(reading: folder.root.descriptor)
      var names: [StoredName] = []
      while let entry = try stream.next() {
        guard entry.kind == .regular || entry.kind == .unknown, let name = StoredName(entry.name) else { continue }
        names.append(name)
      }
      return names
    } catch {
      throw StorageError(error, "reading the folder")
    }
  }

  /// Finds out what a file is, from the metadata that it carries or else from its content; nil if it is not there, or is
  /// being written to.
  func examine(_ name: StoredName) throws(StorageError) -> ImageIndex.Finding? {
    let file: FileDescriptor
    do { file = try folder.open(name) } catch .noSuchKey { return nil }
    do throws(Errno) {
      let status = try file.status()
      let recordedVersion = RecordedVersion(status)
      var recorded = try recordedMetadata(of: file, status)
      if recorded == nil { recorded = try inspectedMetadata(of: file, name, status) }
      guard var recorded else { return .foreign(name, recordedVersion) }
      if !recorded.hasShownDimensions { correctDimensions(&recorded, of: file) }
      guard RecordedVersion(try file.status()) == recordedVersion else { return nil }
      return .image(.init(metadata: recorded.metadata(name: name), recordedVersion: recordedVersion))
    } catch {
      throw StorageError(error, "examining \(name)")
    }
  }

  /// Width and height of metadata that an older program recorded. The file keeps those metadata: downloads under way would take
  /// a change of its attributes for a change of the picture.
  private func correctDimensions(_ metadata: inout PictureAttributes, of file: borrowing FileDescriptor) {
    guard let size = measure(file) else { return }
    metadata.width = size.width
    metadata.height = size.height
  }

  /// The metadata that the file carries, if it still holds: a file may have been overwritten in place.
  private func recordedMetadata(
    of file: borrowing FileDescriptor, _ status: FileStatus
  ) throws(Errno) -> PictureAttributes? {
    guard var recorded = try file.recordedMetadata(), recorded.content.size == status.size else { return nil }
    if recorded.modified == status.modified { return recorded }
    // A copy that was restored has its own times.
    guard try file.contentDigests().areOfSameBytes(as: recorded.content) else { return nil }
    recorded.modified = status.modified
    remember(recorded, in: file)
    return recorded
  }

  /// The metadata of a file that came without any, as an inspection finds it; nil if it is no picture.
  private func inspectedMetadata(
    of file: borrowing FileDescriptor, _ name: StoredName, _ status: FileStatus
  ) throws(Errno) -> PictureAttributes? {
    guard let inspected = inspect(file, name) else { return nil }
    // Metadata that another version of the program wrote may say that it is nobody's business: they stay as they are.
    let hasOtherMetadata = try file.hasMetadataOfAnotherVersion()
    let metadata = PictureMetadata(
      name: name, originalName: name.text, mediaType: inspected.mediaType, width: inspected.width,
      height: inspected.height, content: try file.contentDigests(), uploadedAt: status.modified,
      visibility: hasOtherMetadata ? .unlisted : .public)
    let recorded = PictureAttributes(metadata, modified: status.modified)
    if !hasOtherMetadata { remember(recorded, in: file) }
    return recorded
  }

  /// Spares the next look. The file may belong to somebody else, or the disk be full: then there is no harm.
  private func remember(_ metadata: PictureAttributes, in file: borrowing FileDescriptor) {
    try? file.record(metadata)
  }
}
