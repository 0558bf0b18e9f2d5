internal import Database
internal import Posix
internal import Storage

/// The list of pictures, in SQLite: order, counts and search come from it, truth does not.
///
/// A row is written only while its file is there: the check is made in the transaction (`whileThere`), and whoever
/// removes a file removes its row afterwards. Whichever of the two comes second in the database is right.
final class ImageIndex: Sendable {
  let database: RecoverableDatabase

  init(in folder: PrivateFolder, log: @escaping @Sendable (String) -> Void) throws(StorageError) {
    do {
      database = try RecoverableDatabase(in: folder, named: "index", schema: ImageIndex.schema, log: log)
    } catch {
      throw StorageError(error)
    }
  }

  /// A row of the table of pictures.
  struct Entry: Equatable, Sendable {
    var metadata: PictureMetadata
    var recordedVersion: RecordedVersion
  }

  /// What a look at a file led to.
  enum Finding: Equatable, Sendable {
    /// A picture.
    case image(Entry)
    /// Something else, not to be looked at again until it changes.
    case foreign(StoredName, RecordedVersion)

    var name: StoredName {
      switch self {
      case .image(let entry): entry.metadata.name
      case .foreign(let name, _): name
      }
    }

    var recordedVersion: RecordedVersion {
      switch self {
      case .image(let entry): entry.recordedVersion
      case .foreign(_, let recordedVersion): recordedVersion
      }
    }

    /// Nil for what is no picture.
    var metadata: PictureMetadata? {
      switch self {
      case .image(let entry): entry.metadata
      case .foreign: nil
      }
    }
  }

  /// What the index knows of a name.
  func finding(_ name: StoredName) throws(StorageError) -> Finding? {
    try access { (connection) throws(DatabaseError) in
      let sql = "SELECT \(Entry.columns) FROM images WHERE name = ?1"
      if let entry = try connection.first(sql, [.text(name.text)], { Entry($0) }) ?? nil { return .image(entry) }
      return try connection.first("SELECT inode, size, modified FROM strangers WHERE name = ?1", [.text(name.text)]) {
        .foreign(name, RecordedVersion($0, from: 0))
      }
    }
  }

  /// Pictures whose MD5 is not known.
  func withoutMD5(limit: Int) throws(StorageError) -> [PictureMetadata] {
    try access { (connection) throws(DatabaseError) in
      var images: [PictureMetadata] = []
      let sql = "SELECT \(Entry.columns) FROM images WHERE md5 IS NULL LIMIT ?1"
      try connection.query(sql, [.integer(Int64(limit))]) { row in
        if let entry = Entry(row) { images.append(entry.metadata) }
      }
      return images
    }
  }

  /// Takes a name out of the list.
  func remove(_ name: StoredName) throws(StorageError) {
    try transaction { (connection) throws(DatabaseError) in
      try connection.execute("DELETE FROM images WHERE name = ?1", [.text(name.text)])
      try connection.execute("DELETE FROM strangers WHERE name = ?1", [.text(name.text)])
    }
  }

  @discardableResult
  func access<Result: Sendable>(
    _ body: (inout Connection) throws(DatabaseError) -> Result
  ) throws(StorageError) -> Result {
    do { return try database.access(body) } catch { throw StorageError(error) }
  }

  @discardableResult
  func transaction<Result: Sendable>(
    _ body: (inout Connection) throws(DatabaseError) -> Result
  ) throws(StorageError) -> Result {
    do { return try database.transaction(body) } catch { throw StorageError(error) }
  }
}
