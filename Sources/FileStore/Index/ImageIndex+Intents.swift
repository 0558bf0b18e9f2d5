internal import Database
internal import Posix

/// A name that a process is about to give to a file: noted before, settled after, so that nothing is left half done if
/// the process dies in between.
struct Intent: Equatable, Sendable {
  var name: StoredName
  var owner: String
}

extension ImageIndex {
  /// Notes an intent.
  func note(_ intent: Intent) throws(StoreError) {
    try change { (session) throws(DatabaseError) in
      try session.execute(
        "INSERT OR REPLACE INTO intents (name, owner) VALUES (?1, ?2)", [.text(intent.name.text), .text(intent.owner)])
    }
  }

  /// Forgets an intent that came to nothing.
  func drop(_ intent: Intent) throws(StoreError) {
    try change { (session) throws(DatabaseError) in try session.forget(intent) }
  }

  /// Forgets an intent and, while the file is there, lists it: at once, or not at all.
  func settle(_ intent: Intent, with entry: Entry?, whileThere isThere: @escaping @Sendable (FileStamp) -> Bool)
    throws(StoreError)
  {
    try change { (session) throws(DatabaseError) in
      if let entry, isThere(entry.stamp) { try entry.insert(&session) }
      try session.forget(intent)
    }
  }

  /// All intents, of living processes and of dead ones.
  func intents() throws(StoreError) -> [Intent] {
    try access { (session) throws(DatabaseError) in
      var intents: [Intent] = []
      try session.query("SELECT name, owner FROM intents") { row in
        if let name = StoredName(row.text(0)) { intents.append(Intent(name: name, owner: row.text(1))) }
      }
      return intents
    }
  }
}

extension Session {
  fileprivate mutating func forget(_ intent: Intent) throws(DatabaseError) {
    try execute("DELETE FROM intents WHERE name = ?1 AND owner = ?2", [.text(intent.name.text), .text(intent.owner)])
  }
}
