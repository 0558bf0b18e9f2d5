internal import PostgreSQL
internal import Posix
internal import Storage
internal import Synchronization

/// Photos in an engine, for one tree. The list of a folder is read once when the tree is listed, and once more when it is
/// looked whether anything has changed.
final class PhotoEntries: TreeEntries {
  /// Up to so many photos are looked for one by one.
  private static let few = 4
  /// Checksums that are asked for at once.
  private static let batch = 5_000

  private static let known = SQLStatement("SELECT name, version, crc32 FROM photo_checksums WHERE name = ANY ($1)")
  private static let note = SQLStatement(
    """
    INSERT INTO photo_checksums (name, version, crc32) VALUES ($1, $2, $3)
    ON CONFLICT (name) DO UPDATE SET version = excluded.version, crc32 = excluded.crc32
    """)

  private let photos: EnginePhotos
  private let listed = Mutex<[[UInt8]: TreeEntry]>([:])

  init(_ photos: EnginePhotos) { self.photos = photos }

  /// All of them: an engine's own order is of no use.
  nonisolated(nonsending) func page(
    from start: ListingStart, below prefix: [UInt8], limit: Int
  ) async throws(StorageError) -> [TreeEntry] {
    // The first page had all.
    if case .after = start { return [] }
    let found = try await entries(try await photos.photos(below: prefix))
    guard prefix.isEmpty || !found.isEmpty else { throw .noSuchKey }
    listed.withLock { $0 = Dictionary(found.map { ($0.key, $0) }) { first, _ in first } }
    return found
  }

  nonisolated(nonsending) func find(_ keys: [[UInt8]]) async throws(StorageError) -> [TreeEntry] {
    guard keys.count > Self.few else {
      var found: [ListedBlob] = []
      for key in keys { if let photo = try await photos.photo(key) { found.append(photo) } }
      return try await entries(found)
    }
    let wanted = Set(keys)
    let found = try await photos.photos(below: Self.commonPrefix(keys))
    return try await entries(found.filter { wanted.contains(EnginePhotos.key(of: $0)) })
  }

  /// As the tree was listed: that a photo has changed since is noticed in the end.
  nonisolated(nonsending) func findToRead(_ keys: [[UInt8]]) async throws(StorageError) -> [TreeEntry] {
    let known = listed.withLock { listed in keys.compactMap { listed[$0] } }
    return known.count == keys.count ? known : try await find(keys)
  }

  private static func commonPrefix(_ keys: [[UInt8]]) -> [UInt8] {
    guard var prefix = keys.first else { return [] }
    for key in keys { while !key.starts(with: prefix) { prefix.removeLast() } }
    // To the end of a folder, so that no character is cut.
    return Array(prefix.prefix(prefix.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0))
  }

  // MARK: Checksums

  private nonisolated(nonsending) func entries(_ found: [ListedBlob]) async throws(StorageError) -> [TreeEntry] {
    var checksums: [[UInt8]: (version: String, crc32: UInt32)] = [:]
    var rest = found[...]
    while !rest.isEmpty {
      let keys = rest.prefix(Self.batch).map { EnginePhotos.key(of: $0) }
      rest = rest.dropFirst(Self.batch)
      let rows = try await photos.names.read(Self.known(.byteArrays(keys)))[0]
      try NameDatabase.decode { () throws(PostgreSQLError) in
        for row in rows.rows {
          checksums[try row.bytes(0)] = (try row.text(1), UInt32(truncatingIfNeeded: try row.integer(2)))
        }
      }
    }
    return found.map { photo in
      let key = EnginePhotos.key(of: photo)
      let version = EnginePhotos.version(of: photo)
      var metadata = photos.metadata(of: photo)
      if let known = checksums[key], known.version == Self.text(version) { metadata.crc32 = known.crc32 }
      return TreeEntry(
        key: key, modified: metadata.modified, metadata: metadata, content: EnginePhotos.content(of: photo),
        version: version)
    }
  }

  nonisolated(nonsending) func remember(crc32: UInt32, of entry: TreeEntry) async throws(StorageError) {
    _ = try await photos.names.change(
      Self.note(.bytes(entry.key), .text(Self.text(entry.version)), .integer(Int64(crc32))))
  }

  private static func text(_ version: ContentVersion) -> String {
    guard case .blobs(let parts) = version else { return "" }
    return parts.joined(separator: " ")
  }
}
