internal import Posix
internal import PostgreSQL
public import Storage

extension EngineObjectStore {
  private static let listFrom = SQLStatement(
    """
    SELECT key, size, modified, etag, owner, storage_class FROM objects
    WHERE bucket = (SELECT id FROM buckets WHERE name = $1) AND key >= $2 ORDER BY key LIMIT $3
    """)
  private static let listAfter = SQLStatement(
    """
    SELECT key, size, modified, etag, owner, storage_class FROM objects
    WHERE bucket = (SELECT id FROM buckets WHERE name = $1) AND key > $2 ORDER BY key LIMIT $3
    """)
  /// The first object of each group, from a key on: each row says where the next group begins, and the index is asked once for
  /// each. It ends behind the first key that does not begin with the prefix.
  private static let listGroups = SQLStatement(
    """
    WITH RECURSIVE place AS MATERIALIZED (
      SELECT id, $4::bytea AS prefix, $5::bytea AS delimiter FROM buckets WHERE name = $1),
    groups (key, number) AS (
      (SELECT o.key, 1 FROM objects o WHERE o.bucket = (SELECT id FROM place) AND o.key >= $2 ORDER BY o.key LIMIT 1)
      UNION ALL
      SELECT (
        SELECT o.key FROM objects o WHERE o.bucket = place.id AND o.key >= CASE found.at
          WHEN 0 THEN g.key || '\\x00'::bytea
          ELSE set_byte(substring(g.key FOR found.length), found.length - 1, get_byte(g.key, found.length - 1) + 1) END
        ORDER BY o.key LIMIT 1), g.number + 1
      FROM groups g, place,
        LATERAL (SELECT position(delimiter IN substring(g.key FROM length(prefix) + 1)) AS at) AS occurrence,
        LATERAL (SELECT at, length(prefix) + at - 1 + length(delimiter) AS length) AS found
      WHERE g.number < $3 AND substring(g.key FOR length(prefix)) = prefix)
    SELECT o.key, o.size, o.modified, o.etag, o.owner, o.storage_class
    FROM groups g JOIN objects o ON o.bucket = (SELECT id FROM place) AND o.key = g.key ORDER BY o.key
    """)

  /// Reads a part of the index.
  public nonisolated(nonsending) func list(
    _ bucket: String, _ query: ObjectQuery
  ) async throws(StorageError) -> [ListedObject] {
    let limit = SQLValue.integer(Int64(max(0, query.limit)))
    let page =
      switch query.start {
      case .beginning: Self.listFrom(.text(bucket), .bytes([]), limit)
      case .at(let key): Self.listFrom(.text(bucket), .bytes(key), limit)
      case .after(let key): Self.listAfter(.text(bucket), .bytes(key), limit)
      }
    return try await listed(page, of: bucket)
  }

  /// Reads the index page by page. Once it has come upon a group of several keys, the database makes the jumps.
  public nonisolated(nonsending) func scan<State: Sendable>(
    _ bucket: String, from start: ListingStart, grouping: KeyGrouping?, includesUnlisted: Bool, into state: State,
    _ step: @escaping @Sendable (inout State, ListedObject) -> ListingStep
  ) async throws(StorageError) -> State {
    // What is behind all keys that begin alike is found by counting its last byte up.
    let grouping = grouping.flatMap { $0.delimiter.last.map { $0 < 0xFF } ?? false ? $0 : nil }
    var state = state
    var cursor = ListingCursor(from: start, leavesOut: grouping != nil)
    while !cursor.isAtEnd {
      let objects: [ListedObject]
      if let grouping, cursor.hasJumped {
        objects = try await groups(grouping, in: bucket, from: cursor.position, limit: cursor.count)
      } else {
        objects = try await list(bucket, ObjectQuery(from: cursor.position, limit: cursor.count))
      }
      cursor.take(objects) { step(&state, $0) }
    }
    return state
  }

  private nonisolated(nonsending) func groups(
    _ grouping: KeyGrouping, in bucket: String, from start: ListingStart, limit: Int
  ) async throws(StorageError) -> [ListedObject] {
    let first: [UInt8] =
      switch start {
      case .beginning: []
      case .at(let key): key
      case .after(let key): key + [0]
      }
    return try await listed(
      Self.listGroups(
        .text(bucket), .bytes(first), .integer(Int64(limit)), .bytes(grouping.prefix), .bytes(grouping.delimiter)),
      of: bucket)
  }

  private nonisolated(nonsending) func listed(
    _ page: SQLQuery, of bucket: String
  ) async throws(StorageError) -> [ListedObject] {
    try BucketName.check(bucket)
    let rows = try await names.read(Self.bucketExists(.text(bucket)), page)
    guard rows[0].count == 1 else { throw .noSuchBucket }
    return try NameDatabase.decode { () throws(PostgreSQLError) in
      var listed: [ListedObject] = []
      listed.reserveCapacity(rows[1].count)
      for row in rows[1].rows {
        var object = ListedObject(
          key: try row.bytes(0), size: try row.size(1),
          modified: Timestamp(totalNanoseconds: try row.integer(2)), etag: try row.text(3), owner: try row.text(4))
        object.storageClass = try row.optionalText(5)
        listed.append(object)
      }
      return listed
    }
  }
}
