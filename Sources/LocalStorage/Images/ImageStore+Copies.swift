internal import Database
internal import Storage

extension ImageStore {
  /// The pictures whose bytes have this SHA-256.
  func copies(of sha256: [UInt8]) throws(StorageError) -> [PictureMetadata] {
    try completeIndex()
    return try index.copies(sha256)
  }
}

extension ImageIndex {
  /// The pictures whose bytes have this SHA-256.
  func copies(_ sha256: [UInt8]) throws(StorageError) -> [PictureMetadata] {
    try access { (connection) throws(DatabaseError) in
      var copies: [PictureMetadata] = []
      try connection.query("SELECT \(Entry.columns) FROM images WHERE sha256 = ?1", [.blob(sha256)]) { row in
        if let entry = Entry(row) { copies.append(entry.metadata) }
      }
      return copies
    }
  }
}
