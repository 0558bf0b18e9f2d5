internal import HTTPSemantics
internal import Storage

extension StorageCopier {
  /// Buckets, what is set for them, and their objects.
  nonisolated(nonsending) func copyBuckets() async throws(StorageError) {
    let ours = try await retrying { () async throws(StorageError) in try await source.objects.bucketNames() }
    let theirs = try await retrying { () async throws(StorageError) in try await destination.objects.bucketNames() }
    for name in ours {
      tally.count { $0.buckets.seen += 1 }
      let exists = theirs.contains(name)
      do throws(StorageError) {
        try await retrying { () async throws(StorageError) in try await copyBucket(name, exists: exists) }
      } catch .noSuchBucket {
        // It has gone meanwhile.
        continue
      }
      try await copyObjects(of: name)
    }
    guard options.removes else { return }
    for name in Set(theirs).subtracting(ours).sorted() { try await removeBucket(name) }
  }

  private nonisolated(nonsending) func copyBucket(_ name: String, exists: Bool) async throws(StorageError) {
    let wanted = try await source.objects.configuration(of: name)
    if !exists {
      do throws(StorageError) {
        try await destination.objects.createBucket(name, wanted)
        tally.count { $0.buckets.copied += 1 }
      } catch .bucketExists {
        // An attempt before this one has made it.
      }
    } else {
      try await configure(name, wanted)
    }
    for upload in try await source.objects.uploads(in: name) {
      tally.obstacle(
        "\(Self.name(of: upload.key, in: name)): an upload in parts is under way (\(upload.identifier)); it stays behind"
      )
    }
  }

  private nonisolated(nonsending) func configure(
    _ name: String, _ wanted: BucketConfiguration
  ) async throws(StorageError) {
    let present = try await destination.objects.configuration(of: name)
    var changes: [BucketChange] = []
    if present.acl != wanted.acl { changes.append(.accessControlList(wanted.acl)) }
    for kind in Set(present.documents.keys).union(wanted.documents.keys).sorted() {
      guard present.documents[kind] != wanted.documents[kind] else { continue }
      changes.append(.document(kind, wanted.documents[kind]))
    }
    for change in changes { try await destination.objects.configure(name, change) }
    if !changes.isEmpty { tally.count { $0.buckets.changed += 1 } }
    if present.owner != wanted.owner || present.location != wanted.location {
      tally.obstacle(
        "bucket \(name): it was there already, with the owner \(present.owner) and the region "
          + "\(present.location ?? "of the store"); it stays so")
    }
  }

  private nonisolated(nonsending) func removeBucket(_ name: String) async throws(StorageError) {
    while true {
      let rest = try await retrying { () async throws(StorageError) in
        try await destination.objects.list(name, ObjectQuery(from: .beginning, limit: 1_000, includesUnlisted: true))
      }
      if rest.isEmpty { break }
      for object in rest { try await removeObject(object.key, in: name) }
    }
    try await retrying { () async throws(StorageError) in try await destination.objects.deleteBucket(name) }
    tally.count { $0.buckets.removed += 1 }
  }

  /// How an object is named to the operator: on one line, whatever its key.
  static func name(of key: [UInt8], in bucket: String) -> String {
    "\(bucket)/\(PercentEncoding.encode(key, allowing: PercentEncoding.unreserved.union(ASCIISet("/ +=@,:"))))"
  }
}
