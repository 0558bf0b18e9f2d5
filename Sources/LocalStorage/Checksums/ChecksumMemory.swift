internal import Database
public import Posix

/// CRC-32 checksums that were computed once, for all workers and for later. Being only a memory, it may be deleted, and
/// a failure of it costs time, nothing else.
public final class ChecksumMemory: Sendable {
  private let database: RecoverableDatabase
  private let capacity: Int64
  private let log: @Sendable (String) -> Void

  /// A new content of a file takes the place of the older one. Ids grow: the oldest rows have the lowest.
  private static let schema = RecoverableDatabase.Schema(
    version: 1,
    statements: [
      """
      CREATE TABLE checksums (
        id INTEGER PRIMARY KEY, device INTEGER NOT NULL, inode INTEGER NOT NULL, size INTEGER NOT NULL,
        modified INTEGER NOT NULL, changed INTEGER NOT NULL, crc32 INTEGER NOT NULL, UNIQUE (device, inode)
      )
      """
    ])

  /// Opens the memory in a private folder.
  ///
  /// - Parameters:
  ///   - capacity: how many checksums it keeps; beyond, the oldest are dropped.
  ///   - log: told, in a line, what the operator should know.
  public init(
    in folder: PrivateFolder, capacity: Int = 2_000_000, log: @escaping @Sendable (String) -> Void
  ) throws(StoreError) {
    self.capacity = Int64(capacity)
    self.log = log
    do {
      database = try RecoverableDatabase(in: folder, named: "checksums", schema: ChecksumMemory.schema, log: log)
    } catch {
      throw StoreError(error)
    }
  }

  /// The checksums that are remembered, each at the place of its identity; nil for the others.
  public func checksums(of identities: [FileIdentity]) -> [UInt32?] {
    do {
      return try database.access { (connection) throws(DatabaseError) in
        var checksums: [UInt32?] = []
        checksums.reserveCapacity(identities.count)
        for identity in identities { checksums.append(try connection.checksum(of: identity)) }
        return checksums
      }
    } catch {
      log("remembered checksums cannot be read: \(error)")
      return Array(repeating: nil, count: identities.count)
    }
  }

  /// Remembers checksums, but for those of files that had changed just before: one that is written to twice within a
  /// tick of its file system's clock has the same identity with other bytes. A tick is two seconds at most, and some
  /// milliseconds where the clock shows parts of a second.
  ///
  /// - Parameter start: when the reading of the files began.
  public func remember(_ checksums: [(identity: FileIdentity, crc32: UInt32)], readSince start: Timestamp) {
    let settled = checksums.filter { item in
      let age = start.totalNanoseconds &- item.identity.changed.totalNanoseconds
      return age > (item.identity.changed.nanoseconds == 0 ? 2_000_000_000 : 50_000_000)
    }
    guard !settled.isEmpty else { return }
    do {
      try database.transaction { (connection) throws(DatabaseError) in
        for (identity, crc32) in settled { try connection.remember(crc32, of: identity) }
        // The latest rows are within `capacity` of the highest id: no more than that many remain.
        try connection.execute(
          "DELETE FROM checksums WHERE id <= (SELECT max(id) FROM checksums) - ?1", [.integer(capacity)])
      }
    } catch {
      log("checksums cannot be remembered: \(error)")
    }
  }
}

extension Connection {
  fileprivate mutating func checksum(of identity: FileIdentity) throws(DatabaseError) -> UInt32? {
    let sql = """
      SELECT crc32 FROM checksums
      WHERE device = ?1 AND inode = ?2 AND size = ?3 AND modified = ?4 AND changed = ?5
      """
    return try first(sql, identity.values) { UInt32(truncatingIfNeeded: $0.integer(0)) }
  }

  fileprivate mutating func remember(_ crc32: UInt32, of identity: FileIdentity) throws(DatabaseError) {
    let sql = """
      INSERT OR REPLACE INTO checksums (device, inode, size, modified, changed, crc32)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6)
      """
    try execute(sql, identity.values + [.integer(Int64(crc32))])
  }
}

extension FileIdentity {
  fileprivate var values: [DatabaseValue] {
    [
      .integer(Int64(bitPattern: device)), .integer(Int64(bitPattern: inode)), .integer(Int64(bitPattern: size)),
      .integer(modified.totalNanoseconds), .integer(changed.totalNanoseconds),
    ]
  }
}
