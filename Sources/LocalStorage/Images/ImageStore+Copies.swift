internal import Database
internal import Storage

extension ImageStore {
  /// The pictures whose bytes have this SHA-256.
  func copies(of sha256: [UInt8]) throws(StoreError) -> [PictureMetadata] {
    try completeIndex()
    return try index.copies(sha256)
  }
}

extension ImageIndex {
  /// The pictures whose bytes have this SHA-256.
  func copies(_ sha256: [UInt8]) throws(StoreError) -> [PictureMetadata] {
    try access { (session) throws(DatabaseError) in
      var copies: [PictureMetadata] = []
      try session.query("SELECT \(Entry.columns) FROM images WHERE sha256 = ?1", [.blob(sha256)]) { row in
        if let entry = Entry(row) { copies.append(entry.facts) }
      }
      return copies
    }
  }
}
