internal import Storage

extension StorageCopier {
  /// The objects of a bucket that both sides have.
  nonisolated(nonsending) func copyObjects(of bucket: String) async throws(StorageError) {
    var pages = PairedPages(
      ObjectList(copier: self, store: source.objects, bucket: bucket),
      ObjectList(copier: self, store: destination.objects, bucket: bucket))
    while let pairs = try await pages.next() {
      try await forEach(pairs) { pair in
        Self.name(of: pair.key, in: bucket)
      } _: { (pair) async throws(StorageError) in
        if let ours = pair.source {
          do throws(StorageError) {
            try await copyObject(ours, over: pair.destination, in: bucket)
          } catch .noSuchKey {
            // It has gone meanwhile.
          }
        } else if options.removes {
          try await removeObject(pair.key, in: bucket)
        }
      }
    }
  }

  nonisolated(nonsending) func removeObject(_ key: [UInt8], in bucket: String) async throws(StorageError) {
    if try await destination.objects.remove(key, in: bucket, version: nil, if: .none) {
      tally.count { $0.objects.removed += 1 }
    }
  }

  private nonisolated(nonsending) func copyObject(
    _ ours: ListedObject, over theirs: ListedObject?, in bucket: String
  ) async throws(StorageError) {
    if ours == theirs, try await bringUpToDate(ours.key, in: bucket) {
      return tally.count { $0.objects.seen += 1 }
    }
    let object = try await source.objects.open(ours.key, in: bucket, version: nil)
    let metadata = object.head.metadata
    let writer = try await destination.objects.writer(of: ours.key, in: bucket)
    let md5 = try await transfer(object, ContentProof(metadata), to: writer)
    try await writer.commit(metadata, if: .none)
    if options.verifies {
      let copy = try await destination.objects.open(ours.key, in: bucket, version: nil)
      try await readBack(copy, ContentProof(metadata), md5: md5)
    }
    tally.count {
      $0.objects.seen += 1
      $0.objects.copied += 1
      $0.objects.bytes += metadata.size
    }
  }

  /// Changes the tags and the access control list of an object whose bytes are there.
  /// - Returns: false where the object has to be copied.
  private nonisolated(nonsending) func bringUpToDate(
    _ key: [UInt8], in bucket: String
  ) async throws(StorageError) -> Bool {
    let wanted = try await source.objects.head(key, in: bucket, version: nil).metadata
    let present: ObjectMetadata
    do throws(StorageError) {
      present = try await destination.objects.head(key, in: bucket, version: nil).metadata
    } catch .noSuchKey {
      return false
    }
    guard let changes = present.changes(to: wanted) else { return false }
    for change in changes { try await destination.objects.change(key, in: bucket, version: nil, change) }
    if !changes.isEmpty { tally.count { $0.objects.changed += 1 } }
    guard options.verifies else { return true }
    return await isWhole(Self.name(of: key, in: bucket), ContentProof(wanted)) { () async throws(StorageError) in
      try await destination.objects.open(key, in: bucket, version: nil)
    }
  }
}

extension ObjectMetadata {
  /// What makes this metadata the other one; nil where that takes another content.
  func changes(to wanted: ObjectMetadata) -> [MetadataChange]? {
    var changed = self
    changed.tags = wanted.tags
    changed.acl = wanted.acl
    // A storage may find it out later.
    if changed.crc32 == nil || wanted.crc32 == nil { changed.crc32 = wanted.crc32 }
    guard changed == wanted else { return nil }
    return (tags == wanted.tags ? [] : [.tags(wanted.tags)])
      + (acl == wanted.acl ? [] : [.accessControlList(wanted.acl)])
  }
}

/// The list of a bucket.
private struct ObjectList: OrderedList {
  let copier: StorageCopier
  let store: any ObjectStore
  let bucket: String

  nonisolated(nonsending) func page(from start: ListingStart, limit: Int) async throws(StorageError) -> [ListedObject] {
    try await copier.retrying { () async throws(StorageError) in
      try await store.list(bucket, ObjectQuery(from: start, limit: limit, includesUnlisted: true))
    }
  }

  func key(of entry: ListedObject) -> [UInt8] { entry.key }
}
