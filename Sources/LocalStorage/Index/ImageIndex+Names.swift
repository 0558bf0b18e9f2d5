internal import Database
internal import Posix
internal import Storage

extension ImageIndex {
  /// Pictures in the order of their names' bytes, from a place on.
  func named(
    from start: ListingStart, limit: Int, includesUnlisted: Bool, now: Timestamp
  ) throws(StorageError) -> [PictureMetadata] {
    let (comparison, name): (String, [UInt8]) =
      switch start {
      case .beginning: (">=", [])
      case .at(let name): (">=", name)
      case .after(let name): (">", name)
      }
    // The column holds text: a blob would come after every text.
    let sql = """
      SELECT \(Entry.columns) FROM images
      WHERE name \(comparison) CAST(?1 AS TEXT) AND (expires IS NULL OR expires > ?2)\
      \(includesUnlisted ? "" : " AND unlisted = 0")
      ORDER BY name LIMIT ?3
      """
    return try access { (connection) throws(DatabaseError) in
      var images: [PictureMetadata] = []
      try connection.query(
        sql, [.blob(name), .integer(now.totalNanoseconds), .integer(Int64(max(0, limit)))]
      ) { row in
        if let entry = Entry(row) { images.append(entry.metadata) }
      }
      return images
    }
  }
}
