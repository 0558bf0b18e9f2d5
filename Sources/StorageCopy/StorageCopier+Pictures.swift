internal import Posix
internal import Storage

extension StorageCopier {
  /// Pictures whose time is not over, under their names.
  nonisolated(nonsending) func copyPictures() async throws(StorageError) {
    let now = Clock.now()
    var pages = PairedPages(
      PictureObjectList(copier: self, catalog: source.pictures, now: now),
      PictureObjectList(copier: self, catalog: destination.pictures, now: now))
    while let pairs = try await pages.next() {
      try await forEach(pairs) { pair in
        Self.name(of: pair.key, in: "images")
      } _: { (pair) async throws(StorageError) in
        if let ours = pair.source {
          do throws(StorageError) {
            try await copyPicture(ours, isThere: pair.destination != nil, now: now)
          } catch .noSuchKey {
            // It has gone meanwhile.
          }
        } else if options.removes, let theirs = pair.destination {
          if try await destination.pictures.remove(theirs.name) { tally.count { $0.pictures.removed += 1 } }
        }
      }
    }
  }

  private nonisolated(nonsending) func copyPicture(
    _ listed: PictureObject, isThere: Bool, now: Timestamp
  ) async throws(StorageError) {
    let name = listed.name
    guard let metadata = try await source.pictures.metadata(of: name) else { return }
    if isThere, let present = try await destination.pictures.metadata(of: name) {
      if present.isSame(as: metadata), await isThereWhole(metadata, now: now) {
        return tally.count { $0.pictures.seen += 1 }
      }
      _ = try await destination.pictures.remove(name)
    }
    let picture = try await source.pictures.open(name, now: now)
    // An upload brought nothing but the picture itself.
    let object = picture.head.metadata == listed.metadata ? nil : picture.head.metadata
    let writer = try await destination.pictures.pictureWriter()
    _ = try await transfer(picture, ContentProof(picture.head.metadata, sha256: metadata.content.sha256), to: writer)
    try await writer.publish(metadata, object: object)
    if options.verifies {
      let copy = try await destination.pictures.open(name, now: now)
      try await readBack(copy, ContentProof(copy.head.metadata, sha256: metadata.content.sha256))
    }
    tally.count {
      $0.pictures.seen += 1
      $0.pictures.copied += 1
      $0.pictures.bytes += metadata.content.size
    }
  }

  /// Whether the picture at the destination can be left as it is.
  private nonisolated(nonsending) func isThereWhole(
    _ metadata: PictureMetadata, now: Timestamp
  ) async -> Bool {
    guard options.verifies else { return true }
    let listed = ObjectMetadata(
      etag: "", size: metadata.content.size, modified: metadata.uploadedAt, contentType: metadata.mediaType, owner: "")
    return await isWhole(
      Self.name(of: Array(metadata.name.text.utf8), in: "images"),
      ContentProof(listed, sha256: metadata.content.sha256)
    ) { () async throws(StorageError) in try await destination.pictures.open(metadata.name, now: now) }
  }

  /// The list of those that may not come again. It follows the pictures, since copies that are stored may stay.
  nonisolated(nonsending) func copyBlockedPictures() async throws(StorageError) {
    let ours = try await retrying { () async throws(StorageError) in try await source.pictures.blockedPictures() }
    let theirs = try await retrying { () async throws(StorageError) in
      try await destination.pictures.blockedPictures()
    }
    let (wanted, present) = (Set(ours.map(\.sha256)), Set(theirs.map(\.sha256)))
    for picture in ours {
      tally.count { $0.blocked.seen += 1 }
      guard !present.contains(picture.sha256) else { continue }
      try await retrying { () async throws(StorageError) in try await destination.pictures.block(picture) }
      tally.count { $0.blocked.copied += 1 }
    }
    guard options.removes else { return }
    for picture in theirs where !wanted.contains(picture.sha256) {
      try await retrying { () async throws(StorageError) in
        do throws(StorageError) { try await destination.pictures.unblock(picture.sha256) } catch .noSuchKey {}
      }
      tally.count { $0.blocked.removed += 1 }
    }
  }
}

extension PictureMetadata {
  /// Whether both say the same of the same bytes. Their MD5 may be known to one only.
  fileprivate func isSame(as other: PictureMetadata) -> Bool {
    var other = other
    if other.content.md5 == nil || content.md5 == nil { other.content.md5 = content.md5 }
    return self == other
  }
}

/// Pictures in the order of their names' bytes.
private struct PictureObjectList: OrderedList {
  let copier: StorageCopier
  let catalog: any PictureCatalog
  let now: Timestamp

  nonisolated(nonsending) func page(from start: ListingStart, limit: Int) async throws(StorageError) -> [PictureObject]
  {
    try await copier.retrying { () async throws(StorageError) in
      try await catalog.objects(from: start, limit: limit, includesUnlisted: true, now: now)
    }
  }

  func key(of entry: PictureObject) -> [UInt8] { Array(entry.name.text.utf8) }
}
