extension ImageIndex {
  /// Times are nanoseconds since 1970. `inode`, `size` and `modified` tell whether a file is still the one that the row
  /// is about.
  static let schema = RecoverableDatabase.Schema(
    version: 4,
    statements: [
      """
      CREATE TABLE images (
        name TEXT PRIMARY KEY, original_name TEXT NOT NULL, media_type TEXT NOT NULL, width INTEGER NOT NULL,
        height INTEGER NOT NULL, size INTEGER NOT NULL, crc32 INTEGER NOT NULL, sha256 BLOB NOT NULL,
        md5 BLOB, uploaded INTEGER NOT NULL, unlisted INTEGER NOT NULL, expires INTEGER,
        inode INTEGER NOT NULL, modified INTEGER NOT NULL, uploader TEXT
      ) WITHOUT ROWID
      """,
      // Keyset paging reads a page's keys from these; the first also answers how many there are and how large.
      "CREATE INDEX images_by_visibility ON images (unlisted, uploaded, name, size)",
      "CREATE INDEX images_by_time ON images (uploaded, name)",
      "CREATE INDEX images_by_content ON images (sha256)",
      "CREATE INDEX images_by_expiry ON images (expires) WHERE expires IS NOT NULL",
      // Files that an inspection found to be no pictures: not to be inspected again until they change.
      """
      CREATE TABLE strangers (
        name TEXT PRIMARY KEY, size INTEGER NOT NULL, inode INTEGER NOT NULL, modified INTEGER NOT NULL
      ) WITHOUT ROWID
      """,
      "CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    ])
}
