internal import Database
internal import Posix

/// The list of pictures, in SQLite: order, counts and search come from it, truth does not.
///
/// A row is written only while its file is there: the check is made in the transaction (`whileThere`), and whoever
/// removes a file removes its row afterwards. Whichever of the two comes second in the database is right.
final class ImageIndex: Sendable {
  let database: RecoverableDatabase

  init(in folder: PrivateFolder, log: @escaping @Sendable (String) -> Void) throws(StoreError) {
    do {
      database = try RecoverableDatabase(in: folder, named: "index.db", schema: ImageIndex.schema, log: log)
    } catch {
      throw StoreError(error)
    }
  }

  /// A row of the table of pictures.
  struct Entry: Equatable, Sendable {
    var facts: ImageFacts
    var stamp: FileStamp
  }

  /// What the index says of one name.
  func entry(_ name: StoredName) throws(StoreError) -> Entry? {
    try access { (session) throws(DatabaseError) in
      try session.first("SELECT \(Entry.columns) FROM images WHERE name = ?1", [.text(name.text)]) { Entry($0) } ?? nil
    }
  }

  /// Takes a name out of the list.
  func remove(_ name: StoredName) throws(StoreError) {
    try transaction { (session) throws(DatabaseError) in
      try session.execute("DELETE FROM images WHERE name = ?1", [.text(name.text)])
      try session.execute("DELETE FROM strangers WHERE name = ?1", [.text(name.text)])
    }
  }

  @discardableResult
  func access<Result: Sendable>(
    _ body: (inout Session) throws(DatabaseError) -> Result
  ) throws(StoreError) -> Result {
    do { return try database.access(body) } catch { throw StoreError(error) }
  }

  @discardableResult
  func transaction<Result: Sendable>(
    _ body: (inout Session) throws(DatabaseError) -> Result
  ) throws(StoreError) -> Result {
    do { return try database.transaction(body) } catch { throw StoreError(error) }
  }
}
