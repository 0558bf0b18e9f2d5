public import Storage
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
  ///   - log: takes lines for the operator.
  public init(
    in folder: PrivateFolder, capacity: Int = 2_000_000, log: @escaping @Sendable (String) -> Void
  ) throws(StorageError) {
    self.capacity = Int64(capacity)
    self.log = log
    do {
      database = try RecoverableDatabase(in: folder, named: "checksums", schema: ChecksumMemory.schema, log: log)
    } catch {
      throw StorageError(error)
    }
  }

  /// The checksums that are remembered, each at the index of its version; nil for the others.
  public func checksums(of versions: [ContentVersion]) -> [UInt32?] {
    do {
      return try database.access { (connection) throws(DatabaseError) in
        var checksums: [UInt32?] = []
        checksums.reserveCapacity(versions.count)
        for version in versions {
          checksums.append(
            try version.checksumKey.flatMap { (key) throws(DatabaseError) in try connection.checksum(of: key) })
        }
        return checksums
      }
    } catch {
      log("remembered checksums cannot be read: \(error)")
      return Array(repeating: nil, count: versions.count)
    }
  }

  /// Remembers checksums, but for those of files that had changed just before: one that is written to twice within a
  /// tick of its file system's clock has the same version with other bytes. A tick is two seconds at most, and some
  /// milliseconds where the clock shows parts of a second.
  ///
  /// - Parameter start: when the reading of the files began.
  public func remember(_ checksums: [(version: ContentVersion, crc32: UInt32)], readSince start: Timestamp) {
    let settled = checksums.compactMap { item -> (key: ChecksumKey, crc32: UInt32)? in
      guard let key = item.version.checksumKey else { return nil }
      let age = start.totalNanoseconds &- key.changed.totalNanoseconds
      return age > (key.changed.nanoseconds == 0 ? 2_000_000_000 : 50_000_000) ? (key, item.crc32) : nil
    }
    guard !settled.isEmpty else { return }
    do {
      try database.transaction { (connection) throws(DatabaseError) in
        for (key, crc32) in settled { try connection.remember(crc32, of: key) }
        // The latest rows are within `capacity` of the highest id: no more than that many remain.
        try connection.execute(
          "DELETE FROM checksums WHERE id <= (SELECT max(id) FROM checksums) - ?1", [.integer(capacity)])
      }
    } catch {
      log("checksums cannot be remembered: \(error)")
    }
  }
}

/// The columns by which a checksum is found: the state of a file whose attributes count, too.
private struct ChecksumKey {
  let state: ContentVersion.FileState
  let changed: Timestamp

  var values: [DatabaseValue] {
    [
      .integer(Int64(bitPattern: state.device)), .integer(Int64(bitPattern: state.inode)),
      .integer(Int64(bitPattern: state.size)), .integer(state.modified.totalNanoseconds),
      .integer(changed.totalNanoseconds),
    ]
  }
}

extension ContentVersion {
  /// Nil for versions of other storages, and where changes of attributes do not count.
  fileprivate var checksumKey: ChecksumKey? {
    guard case .file(let state) = self, let changed = state.changed else { return nil }
    return ChecksumKey(state: state, changed: changed)
  }
}

extension Connection {
  fileprivate mutating func checksum(of key: ChecksumKey) throws(DatabaseError) -> UInt32? {
    let sql = """
      SELECT crc32 FROM checksums
      WHERE device = ?1 AND inode = ?2 AND size = ?3 AND modified = ?4 AND changed = ?5
      """
    return try first(sql, key.values) { UInt32(truncatingIfNeeded: $0.integer(0)) }
  }

  fileprivate mutating func remember(_ crc32: UInt32, of key: ChecksumKey) throws(DatabaseError) {
    let sql = """
      INSERT OR REPLACE INTO checksums (device, inode, size, modified, changed, crc32)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6)
      """
    try execute(sql, key.values + [.integer(Int64(crc32))])
  }
}
