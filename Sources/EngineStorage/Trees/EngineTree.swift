internal import Digests
internal import EventLoop
internal import PostgreSQL
internal import Posix
internal import Storage

/// Objects of a bucket as a tree.
struct EngineTree: Tree {
  /// Rows that are read at once.
  private static let page = 1_000
  /// The most members of a tree.
  private static let mostMembers = 1_000_000
  /// Up to this length an object is read at once.
  private static let shortLength: UInt64 = 16_384
  private static let regularFile: UInt32 = 0o100644

  private static let listFrom = SQLStatement(
    """
    SELECT key, modified, metadata, blobs, starts, lengths FROM objects
    WHERE bucket = (SELECT id FROM buckets WHERE name = $1) AND key >= $2 ORDER BY key LIMIT $3
    """)
  private static let listAfter = SQLStatement(
    """
    SELECT key, modified, metadata, blobs, starts, lengths FROM objects
    WHERE bucket = (SELECT id FROM buckets WHERE name = $1) AND key > $2 ORDER BY key LIMIT $3
    """)
  private static let findEach = SQLStatement(
    """
    SELECT key, modified, metadata, blobs, starts, lengths FROM objects
    WHERE bucket = (SELECT id FROM buckets WHERE name = $1) AND key = ANY ($2)
    """)

  /// One object as it is now.
  private struct Row: Sendable {
    var key: [UInt8]
    var modified: Timestamp
    var metadata: ObjectMetadata
    var content: [BlobSlice]

    init(_ row: SQLRow) throws(PostgreSQLError) {
      key = try row.bytes(0)
      modified = Timestamp(totalNanoseconds: try row.integer(1))
      metadata = try ObjectMetadata(record: try row.text(2))
      content = try [BlobSlice](row, at: 3)
    }

    func member(at path: [UInt8]) -> TreeMember {
      TreeMember(
        path: path, mode: EngineTree.regularFile, size: metadata.size, modified: modified, version: content.version,
        crc32: metadata.crc32)
    }
  }

  private let store: EngineObjectStore
  private let bucket: String
  private let scope: TreeSelection.Scope
  private let filter: TreeSelection.Filter?
  /// The keys of chosen objects by their paths.
  private let chosen: [[UInt8]: [UInt8]]

  init(_ selection: TreeSelection, _ store: EngineObjectStore) {
    self.store = store
    bucket = selection.bucket
    scope = selection.scope
    filter = selection.filter
    if case .chosen(let chosen) = selection.scope {
      self.chosen = Dictionary(chosen.map { ($0.path, $0.key) }) { first, _ in first }
    } else {
      chosen = [:]
    }
  }

  // MARK: Listing

  nonisolated(nonsending) func list() async throws(StorageError) -> TreeListing {
    switch scope {
    case .prefix(let prefix): try await list(below: prefix)
    case .chosen: try await listChosen()
    }
  }

  private nonisolated(nonsending) func list(below prefix: [UInt8]) async throws(StorageError) -> TreeListing {
    guard try await store.names.read(EngineObjectStore.bucketExists(.text(bucket)))[0].count == 1 else {
      throw .noSuchBucket
    }
    var members: [TreeMember] = []
    var query = Self.listFrom(.text(bucket), .bytes(prefix), .integer(Int64(Self.page)))
    while true {
      let rows = try await self.rows(query)
      let inside = rows.prefix { $0.key.starts(with: prefix) }
      for row in try await accepted(Array(inside)) {
        let path = Array(row.key.dropFirst(prefix.count))
        guard Self.isPath(path) else { continue }
        guard members.count < Self.mostMembers else {
          throw .incompleteTree(TreeFlaw(path: [], .tooManyFiles(limit: Self.mostMembers)))
        }
        members.append(row.member(at: path))
      }
      guard inside.count == Self.page, let last = rows.last else { return TreeListing(members: members) }
      query = Self.listAfter(.text(bucket), .bytes(last.key), .integer(Int64(Self.page)))
    }
  }

  /// What could be no path in an archive: keys with empty segments, `.` or `..`.
  private static func isPath(_ path: [UInt8]) -> Bool {
    path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { segment in
      !segment.isEmpty && !segment.elementsEqual(".".utf8) && !segment.elementsEqual("..".utf8)
    }
  }

  /// Of these, those that belong to the tree; whoever decides may take its time.
  private nonisolated(nonsending) func accepted(_ rows: [Row]) async throws(StorageError) -> [Row] {
    guard let filter else { return rows }
    return try await store.spool.pool.run { () throws(StorageError) in
      var accepted: [Row] = []
      for row in rows where try filter(row.key, { row.metadata }) { accepted.append(row) }
      return accepted
    }
  }

  private nonisolated(nonsending) func listChosen() async throws(StorageError) -> TreeListing {
    let found = try await find(Array(chosen.values))
    var members: [TreeMember] = []
    for (path, key) in chosen.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      // Whoever asks again is told what there is then.
      guard let row = found[key] else { throw .versionChanged }
      members.append(row.member(at: path))
    }
    return TreeListing(members: members)
  }

  private nonisolated(nonsending) func find(_ keys: [[UInt8]]) async throws(StorageError) -> [[UInt8]: Row] {
    let rows = try await rows(Self.findEach(.text(bucket), .byteArrays(keys)))
    return Dictionary(rows.map { ($0.key, $0) }) { first, _ in first }
  }

  private nonisolated(nonsending) func rows(_ query: SQLQuery) async throws(StorageError) -> [Row] {
    let found = try await store.names.read(query)[0]
    return try NameDatabase.decode { () throws(PostgreSQLError) in
      var rows: [Row] = []
      rows.reserveCapacity(found.count)
      for row in found.rows { rows.append(try Row(row)) }
      return rows
    }
  }

  private func key(of member: TreeMember) -> [UInt8] {
    if case .prefix(let prefix) = scope { return prefix + member.path }
    return chosen[member.path] ?? []
  }

  // MARK: Reading

  /// What is named can be read.
  nonisolated(nonsending) func firstUnreadable(of members: [TreeMember]) async throws(StorageError) -> TreeFlaw? { nil }

  nonisolated(nonsending) func firstChanged(
    of members: ArraySlice<TreeMember>
  ) async throws(StorageError) -> TreeMember? {
    guard !members.isEmpty else { return nil }
    let found = try await find(members.map { key(of: $0) })
    return members.first { found[key(of: $0)]?.content.version != $0.version }
  }

  nonisolated(nonsending) func open(_ reads: [TreeRead]) async -> [Result<TreeContent, StorageError>] {
    let found: [[UInt8]: Row]
    do throws(StorageError) { found = try await find(reads.map { key(of: $0.member) }) } catch {
      return reads.map { _ in .failure(error) }
    }
    var contents: [Result<TreeContent, StorageError>] = []
    for read in reads {
      guard let row = found[key(of: read.member)], row.content.version == read.member.version else {
        contents.append(.failure(.versionChanged))
        continue
      }
      let object = EngineOpenedObject(
        ObjectHead(row.metadata, row.content.version), row.content, store.names, store.blobs)
      guard row.metadata.size <= Self.shortLength else {
        contents.append(.success(.opened(object)))
        continue
      }
      do throws(StorageError) { contents.append(.success(.bytes(try await Self.bytes(of: object)))) } catch {
        contents.append(.failure(error))
      }
    }
    return contents
  }

  private static nonisolated(nonsending) func bytes(of object: EngineOpenedObject) async throws(StorageError) -> [UInt8]
  {
    let reader = object.reader(0..<object.head.metadata.size)
    var bytes: [UInt8] = []
    while let chunk = try await reader.next(secured: true) {
      if case .bytes(let more) = chunk { bytes += more }
    }
    return bytes
  }

  // MARK: Checksums

  func findChecksums(
    of members: [TreeMember],
    _ found: @escaping @Sendable ([(index: Int, outcome: Result<UInt32, StorageError>)]) -> Void
  ) {
    let known = members.enumerated().compactMap { index, member in
      member.crc32.map { (index: index, outcome: Result<UInt32, StorageError>.success($0)) }
    }
    if !known.isEmpty { found(known) }
    let unknown = members.enumerated().filter { $0.element.crc32 == nil }
    guard !unknown.isEmpty else { return }
    EventLoop.current.start {
      for (index, member) in unknown {
        let outcome: Result<UInt32, StorageError>
        do throws(StorageError) { outcome = .success(try await checksum(of: member)) } catch {
          outcome = .failure(error)
        }
        found([(index, outcome)])
      }
    }
  }

  /// Reads an object through, and remembers what it finds.
  private nonisolated(nonsending) func checksum(of member: TreeMember) async throws(StorageError) -> UInt32 {
    let key = key(of: member)
    guard let row = try await find([key])[key], row.content.version == member.version else { throw .versionChanged }
    if let known = row.metadata.crc32 { return known }
    let object = EngineOpenedObject(
      ObjectHead(row.metadata, row.content.version), row.content, store.names, store.blobs)
    let reader = object.reader(0..<row.metadata.size)
    var checksum: UInt32 = 0
    while let chunk = try await reader.next(secured: true) {
      guard case .bytes(let bytes) = chunk else { continue }
      checksum = await store.spool.pool.run { [checksum] in
        var crc = CRC32(continuing: checksum)
        crc.update(bytes.span)
        return crc.value
      }
    }
    // Where this fails, it is found out again the next time.
    try? await store.remember(crc32: checksum, of: key, in: bucket, row.content)
    return checksum
  }
}

extension EngineObjectStore {
  private static let setMetadata = SQLStatement("UPDATE objects SET metadata = $3 WHERE bucket = $1 AND key = $2")

  /// Notes the checksum of an object, if it still has the content.
  nonisolated(nonsending) func remember(
    crc32: UInt32, of key: [UInt8], in bucket: String, _ content: [BlobSlice]
  ) async throws(StorageError) {
    try await names.transaction { transaction in
      let rows = try await transaction.run([NameLocks.object(key, in: bucket), Self.look(for: key, in: bucket)])
      let found = try Found(rows[1])
      guard var object = found.object, object.content == content else { return .undo(()) }
      object.metadata.crc32 = crc32
      return .commit([Self.setMetadata(.integer(found.bucket), .bytes(key), .text(object.metadata.record))], ())
    }
  }
}
