internal import Database
internal import Posix
internal import Storage

extension ImageIndex {
  /// The files that the index knows, pictures and others.
  func knownFiles() throws(StorageError) -> [StoredName: RecordedVersion] {
    try access { (connection) throws(DatabaseError) in
      var known: [StoredName: RecordedVersion] = [:]
      let sql = """
        SELECT name, inode, size, modified FROM images UNION ALL SELECT name, inode, size, modified FROM strangers
        """
      try connection.query(sql) { row in
        guard let name = StoredName(row.text(0)) else { return }
        known[name] = RecordedVersion(row, from: 1)
      }
      return known
    }
  }

  /// Writes findings, each only while its file is there.
  func add(_ findings: [Finding], whileThere isThere: (StoredName, RecordedVersion) -> Bool) throws(StorageError) {
    try transaction { (connection) throws(DatabaseError) in
      for finding in findings where isThere(finding.name, finding.recordedVersion) {
        switch finding {
        case .image(let entry):
          try entry.insert(&connection)
        case .foreign(let name, let recordedVersion):
          try connection.execute("DELETE FROM images WHERE name = ?1", [.text(name.text)])
          try connection.execute(
            "INSERT OR REPLACE INTO strangers (name, size, inode, modified) VALUES (?1, ?2, ?3, ?4)",
            [
              .text(name.text), .integer(Int64(bitPattern: recordedVersion.size)),
              .integer(Int64(bitPattern: recordedVersion.inode)),
              .integer(recordedVersion.modified),
            ])
        }
      }
    }
  }

  /// Takes names out of the list, each only if its file is not there.
  func remove(_ names: [StoredName], unlessThere isThere: (StoredName) -> Bool) throws(StorageError) {
    try transaction { (connection) throws(DatabaseError) in
      for name in names where !isThere(name) {
        try connection.execute("DELETE FROM images WHERE name = ?1", [.text(name.text)])
        try connection.execute("DELETE FROM strangers WHERE name = ?1", [.text(name.text)])
      }
    }
  }

  /// Whether all pictures are listed, as far as this boot of the system knows. The file is not synced per commit: after
  /// a power cut the latest rows may be gone.
  func isComplete(boot: String) throws(StorageError) -> Bool {
    try access { (connection) throws(DatabaseError) in
      try connection.first("SELECT value FROM state WHERE key = 'complete'") { $0.text(0) } == boot
    }
  }

  /// Notes that all pictures are listed.
  func markComplete(boot: String) throws(StorageError) {
    try access { (connection) throws(DatabaseError) in
      try connection.execute("INSERT OR REPLACE INTO state (key, value) VALUES ('complete', ?1)", [.text(boot)])
    }
  }
}
