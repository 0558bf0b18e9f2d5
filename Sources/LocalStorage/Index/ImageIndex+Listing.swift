internal import Database
internal import Posix
internal import Storage

extension ImageIndex {
  /// How many pictures there are.
  func totals() throws(StorageError) -> PictureTotals {
    try access { (connection) throws(DatabaseError) in
      var totals = PictureTotals()
      try connection.query("SELECT unlisted, count(*), total(max(size, 0)) FROM images GROUP BY unlisted") { row in
        if row.integer(0) == 0 { totals.listed = Int(row.integer(1)) } else { totals.unlisted += Int(row.integer(1)) }
        totals.bytes &+= UInt64(clamping: row.integer(2))
      }
      return totals
    }
  }

  /// Names of pictures that vanish by themselves.
  func expiring() throws(StorageError) -> Set<StoredName> {
    try access { (connection) throws(DatabaseError) in
      var names: Set<StoredName> = []
      try connection.query("SELECT name FROM images WHERE expires IS NOT NULL") { row in
        if let name = StoredName(row.text(0)) { names.insert(name) }
      }
      return names
    }
  }

  /// Names whose time is over, those first that have been so for longest.
  func expired(at now: Timestamp, limit: Int) throws(StorageError) -> [StoredName] {
    try access { (connection) throws(DatabaseError) in
      var names: [StoredName] = []
      let sql = "SELECT name FROM images WHERE expires IS NOT NULL AND expires <= ?1 ORDER BY expires LIMIT ?2"
      try connection.query(sql, [.integer(now.totalNanoseconds), .integer(Int64(limit))]) { row in
        if let name = StoredName(row.text(0)) { names.append(name) }
      }
      return names
    }
  }
}
