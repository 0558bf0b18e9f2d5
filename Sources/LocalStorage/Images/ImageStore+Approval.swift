internal import DurableFiles
internal import Posix
internal import Storage

extension ImageStore {
  /// Lists pictures that wait for a moderator. Their files get another modification time, by a nanosecond: whoever has noted
  /// what a picture was before sees that it is another version now.
  /// - Returns: those that waited.
  func approve(_ names: [StoredName]) throws(StorageError) -> [PictureMetadata] {
    var approved: [ImageIndex.Finding] = []
    for name in names {
      do throws(StorageError) {
        guard let finding = try approve(name) else { continue }
        approved.append(finding)
      } catch .noSuchKey {
        // It has gone meanwhile.
      }
    }
    try index.add(approved, whileThere: isThere)
    return approved.compactMap(\.metadata)
  }

  private func approve(_ name: StoredName) throws(StorageError) -> ImageIndex.Finding? {
    guard case .image(let entry)? = try current(name), entry.metadata.visibility == .queued else { return nil }
    let file = try folder.open(name)
    do throws(Errno) {
      guard var attributes = try file.recordedMetadata(), attributes.visibility == .queued else { return nil }
      let modified = try file.status().modified
      attributes.visibility = .public
      attributes.modified = Timestamp(totalNanoseconds: modified.totalNanoseconds + 1)
      // A file whose time is another than the one in its attributes is compared with their digests.
      try file.setAttribute(PictureAttributes.metadataAttribute, to: attributes.encoded)
      try file.setModificationTime(attributes.modified)
      try file.synchronize()
      let recordedVersion = RecordedVersion(try file.status())
      return .image(ImageIndex.Entry(metadata: attributes.metadata(name: name), recordedVersion: recordedVersion))
    } catch {
      throw StorageError(error, "approving \(name)")
    }
  }
}
