internal import HTTPSemantics
internal import PostgreSQL
public import Posix
public import Storage

extension EnginePictureCatalog {
  private static let namedFrom = SQLStatement(
    """
    SELECT name, uploaded, listed, expires, size, sha256, md5, metadata FROM pictures
    WHERE (listed OR $1) AND (expires IS NULL OR expires > $2) AND name >= $4 ORDER BY name LIMIT $3
    """)
  private static let namedAfter = SQLStatement(
    """
    SELECT name, uploaded, listed, expires, size, sha256, md5, metadata FROM pictures
    WHERE (listed OR $1) AND (expires IS NULL OR expires > $2) AND name > $4 ORDER BY name LIMIT $3
    """)
  private static let sameContent = SQLStatement(
    """
    SELECT name, uploaded, listed, expires, size, sha256, md5, metadata FROM pictures
    WHERE sha256 = $1 ORDER BY uploaded DESC, name DESC
    """)
  private static let count = SQLStatement(
    """
    SELECT count(*) FILTER (WHERE listed), count(*) FILTER (WHERE NOT listed), COALESCE(sum(size), 0)::bigint
    FROM pictures
    """)
  private static let over = SQLStatement(
    "SELECT name FROM pictures WHERE expires <= $1 ORDER BY expires, name LIMIT $2")

  /// Entity tags are known of all: they are found out before a picture gets its name.
  public nonisolated(nonsending) func objects(
    from start: ListingStart, limit: Int, includesUnlisted: Bool, now: Timestamp
  ) async throws(StorageError) -> [PictureObject] {
    let common: [SQLValue] = [
      .boolean(includesUnlisted), .integer(now.totalNanoseconds), .integer(Int64(max(0, limit))),
    ]
    let page =
      switch start {
      case .beginning: SQLQuery(statement: Self.namedFrom, values: common + [.bytes([])])
      case .at(let name): SQLQuery(statement: Self.namedFrom, values: common + [.bytes(name)])
      case .after(let name): SQLQuery(statement: Self.namedAfter, values: common + [.bytes(name)])
      }
    return try pictures(try await names.read(page)[0]).map { PictureObject(name: $0.name, metadata: $0.asObject) }
  }

  /// Has an index of its own.
  public nonisolated(nonsending) func copies(of sha256: [UInt8]) async throws(StorageError) -> [PictureMetadata] {
    try pictures(try await names.read(Self.sameContent(.bytes(sha256)))[0])
  }

  /// Counts all rows.
  public nonisolated(nonsending) func pictureTotals() async throws(StorageError) -> PictureTotals {
    let rows = try await names.read(Self.count())[0]
    return try NameDatabase.decode { () throws(PostgreSQLError) in
      guard let row = rows.first else { return PictureTotals() }
      return PictureTotals(listed: Int(try row.integer(0)), unlisted: Int(try row.integer(1)), bytes: try row.size(2))
    }
  }

  /// Has an index of its own.
  public nonisolated(nonsending) func expired(
    at now: Timestamp, limit: Int
  ) async throws(StorageError) -> [StoredName] {
    let rows = try await names.read(Self.over(.integer(now.totalNanoseconds), .integer(Int64(max(0, limit)))))[0]
    return try NameDatabase.decode { () throws(PostgreSQLError) in
      var names: [StoredName] = []
      for row in rows.rows { if let name = StoredName(try row.bytes(0)) { names.append(name) } }
      return names
    }
  }
}
