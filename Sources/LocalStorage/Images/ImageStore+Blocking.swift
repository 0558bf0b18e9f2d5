internal import Database
public import Posix
public import Storage

extension ImageStore {
  /// Blocks a picture and removes every copy of it: none can be stored again until it is unblocked.
  /// - Returns: what was removed.
  /// - Throws: `notFound` where there is no picture of that name.
  public func block(_ name: StoredName, at now: Timestamp) throws(StoreError) -> [PictureMetadata] {
    guard let facts = try facts(of: name) else { throw .notFound }
    return try block(facts.content.sha256, name: facts.originalName, at: now)
  }

  /// Blocks a picture by its SHA-256, whether there is a copy of it or not.
  /// - Returns: what was removed.
  public func block(_ sha256: [UInt8], name: String = "", at now: Timestamp) throws(StoreError) -> [PictureMetadata] {
    // First, so that no copy comes in behind the removal.
    try blocked.add(BlockedPicture(sha256: sha256, name: name, blocked: now))
    var removed: [PictureMetadata] = []
    try completeIndex()
    for copy in try index.copies(sha256) {
      do {
        try remove(copy.name)
        removed.append(copy)
      } catch .notFound {
        // Somebody was faster.
      }
    }
    return removed
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
