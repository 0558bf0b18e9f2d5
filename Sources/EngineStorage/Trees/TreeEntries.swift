internal import Posix
internal import Storage

/// What a tree is made of: objects, pictures or photos by their keys.
protocol TreeEntries: Sendable {
  /// Entries in the order of their keys' bytes, from a place on. Fewer than `limit` are the last ones.
  /// - Parameter prefix: those whose keys do not begin with it need not be among them.
  /// - Throws: `noSuchBucket`, `noSuchKey` where there is nothing that the prefix could stand for.
  nonisolated(nonsending) func page(
    from start: ListingStart, below prefix: [UInt8], limit: Int
  ) async throws(StorageError) -> [TreeEntry]

  /// The entries with these keys, as far as there are any.
  nonisolated(nonsending) func find(_ keys: [[UInt8]]) async throws(StorageError) -> [TreeEntry]

  /// The same for entries that were listed and are about to be read.
  nonisolated(nonsending) func findToRead(_ keys: [[UInt8]]) async throws(StorageError) -> [TreeEntry]

  /// Notes the checksum of an entry, if it still has the content.
  nonisolated(nonsending) func remember(crc32: UInt32, of entry: TreeEntry) async throws(StorageError)
}

extension TreeEntries {
  /// Looks again.
  nonisolated(nonsending) func findToRead(_ keys: [[UInt8]]) async throws(StorageError) -> [TreeEntry] {
    try await find(keys)
  }
}

/// One object, picture or photo as it is now.
struct TreeEntry: Sendable {
  private static let regularFile: UInt32 = 0o100644

  var key: [UInt8]
  var modified: Timestamp
  var metadata: ObjectMetadata
  var content: [BlobSlice]
  var version: ContentVersion

  init(
    key: [UInt8], modified: Timestamp, metadata: ObjectMetadata, content: [BlobSlice], version: ContentVersion? = nil
  ) {
    self.key = key
    self.modified = modified
    self.metadata = metadata
    self.content = content
    self.version = version ?? content.version(of: metadata)
  }

  func member(at path: [UInt8]) -> TreeMember {
    TreeMember(
      path: path, mode: Self.regularFile, size: metadata.size, modified: modified, version: version,
      crc32: metadata.crc32)
  }
}
