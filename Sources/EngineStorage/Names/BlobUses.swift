internal import PostgreSQL
internal import Storage

/// How a transaction changes to how many objects, parts and pictures blobs belong. A blob counts once for each of them,
/// however often it occurs in it.
struct BlobUses {
  // The arrays are those of subqueries: the price of a plan for one that is known depends on its length, and the server would
  // make a new plan for each execution, which takes longer than the execution.
  private static let lockThem = SQLStatement(
    "SELECT id, state FROM blobs WHERE id = ANY ((SELECT $1)::text[]) ORDER BY id FOR UPDATE")
  private static let apply = SQLStatement(
    """
    WITH changed AS (
      UPDATE blobs SET uses = blobs.uses + change.uses, since = GREATEST(blobs.since, clock_timestamp()),
        state = CASE WHEN blobs.uses + change.uses = 0 THEN 2 ELSE 1 END, length = GREATEST(blobs.length, change.length)
      FROM unnest((SELECT $1)::text[], (SELECT $2)::bigint[], (SELECT $3)::bigint[]) AS change (id, uses, length)
      WHERE blobs.id = change.id
      RETURNING blobs.id, blobs.uses, blobs.packed)
    INSERT INTO packs_with_gaps (id) SELECT id FROM changed WHERE packed > uses AND uses > 0
    ON CONFLICT (id) DO UPDATE SET since = clock_timestamp()
    """)

  private var changes: [String: Int64] = [:]
  /// How long each blob is at least, in bytes.
  private var lengths: [String: UInt64] = [:]
  private var named: Set<String> = []
  /// Blobs that are locked already, and can be named.
  private var usable: Set<String> = []

  init() {}

  /// - Parameter rows: the answer to `lock`.
  init(locked rows: SQLRows) throws {
    try note(rows)
  }

  /// Locks blobs that nobody else knows, who could wait for them, before it is known which others are to be locked.
  static func lock(_ blobs: Set<BlobID>) -> SQLQuery { lockThem(.texts(blobs.map(\.name).sorted())) }

  /// An object, part or picture comes that consists of these.
  mutating func add(_ content: [BlobSlice]) {
    for name in content.distinctNames {
      changes[name, default: 0] += 1
      named.insert(name)
    }
    for slice in content { lengths[slice.id.name] = max(lengths[slice.id.name] ?? 0, slice.end) }
  }

  /// One goes that consisted of these.
  mutating func remove(_ content: [BlobSlice]) {
    for name in content.distinctNames { changes[name, default: 0] -= 1 }
  }

  /// Locks the blobs, in the order of their names so that no two transactions wait for each other, and makes sure that those
  /// that come into use are there.
  /// - Throws: `versionChanged` where one is gone: what was to be copied has been replaced long ago.
  mutating func lock(in transaction: Transaction) async throws {
    let changed = changes.filter { $0.value != 0 }.keys
    let names = changed.filter { !usable.contains($0) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    if !names.isEmpty { try note(try await transaction.run([Self.lockThem(.texts(names))])[0]) }
    for name in changed where named.contains(name) && !usable.contains(name) { throw StorageError.versionChanged }
  }

  private mutating func note(_ rows: SQLRows) throws {
    for row in rows.rows where try row.integer(1) != 3 { usable.insert(try row.text(0)) }
  }

  /// What brings the counts up to date; nothing where they stay as they are.
  var queries: [SQLQuery] {
    let changes = changes.filter { $0.value != 0 }.sorted { $0.key < $1.key }
    guard !changes.isEmpty else { return [] }
    let least = changes.map { Int64(clamping: lengths[$0.key] ?? 0) }
    return [Self.apply(.texts(changes.map(\.key)), .integers(changes.map(\.value)), .integers(least))]
  }
}
