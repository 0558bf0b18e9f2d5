extension ImageIndex {
  /// So many rows wait at most for their names to come into the table of trigrams: each search looks at them one by one.
  static let unnamedLimit = 256

  /// Times are nanoseconds since 1970. `inode`, `size` and `modified` tell whether a file is still the one that the row
  /// is about.
  static let schema = RecoverableDatabase.Schema(
    version: 6,
    statements: [
      """
      CREATE TABLE images (
        number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, original_name TEXT NOT NULL, folded TEXT NOT NULL,
        media_type TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL, size INTEGER NOT NULL,
        crc32 INTEGER NOT NULL, sha256 BLOB NOT NULL, md5 BLOB, uploaded INTEGER NOT NULL,
        unlisted INTEGER NOT NULL, expires INTEGER, inode INTEGER NOT NULL, modified INTEGER NOT NULL, uploader TEXT
      )
      """,
      // Keyset paging reads a page's keys from these; the first also answers how many there are and how large.
      "CREATE INDEX images_by_visibility ON images (unlisted, uploaded, name, size)",
      "CREATE INDEX images_by_time ON images (uploaded, name)",
      "CREATE INDEX images_by_size ON images (size, name)",
      "CREATE INDEX images_by_uploader ON images (uploader, uploaded, name) WHERE uploader IS NOT NULL",
      "CREATE INDEX images_by_content ON images (sha256)",
      "CREATE INDEX images_by_expiry ON images (expires) WHERE expires IS NOT NULL",
      // The trigrams of the original names, in lower case. It keeps no text: what is taken out of it is told once more.
      """
      CREATE VIRTUAL TABLE names USING fts5 (
        folded, content = '', detail = none, tokenize = 'trigram case_sensitive 1')
      """,
      // Each commit to that table costs more than the rest of a picture's row, however few the names in it are. So they
      // come into it many at a time: it has those of all rows up to this number, and of none above it. (The number of the
      // last row is given again once that is deleted.)
      "CREATE TABLE named (up_to INTEGER NOT NULL)",
      "INSERT INTO named VALUES (0)",
      """
      CREATE TRIGGER image_listed AFTER INSERT ON images
      WHEN new.number >= (SELECT up_to FROM named) + \(unnamedLimit) OR new.number <= (SELECT up_to FROM named) BEGIN
        INSERT INTO names (rowid, folded)
          SELECT number, folded FROM images
          WHERE number BETWEEN min(new.number, (SELECT up_to FROM named) + 1) AND new.number;
        UPDATE named SET up_to = max(up_to, new.number);
      END
      """,
      """
      CREATE TRIGGER image_renamed AFTER UPDATE OF folded ON images
      WHEN old.folded IS NOT new.folded AND old.number <= (SELECT up_to FROM named) BEGIN
        INSERT INTO names (names, rowid, folded) VALUES ('delete', old.number, old.folded);
        INSERT INTO names (rowid, folded) VALUES (new.number, new.folded);
      END
      """,
      """
      CREATE TRIGGER image_dropped AFTER DELETE ON images WHEN old.number <= (SELECT up_to FROM named) BEGIN
        INSERT INTO names (names, rowid, folded) VALUES ('delete', old.number, old.folded);
      END
      """,
      // Files that an inspection found to be no pictures: not to be inspected again until they change.
      """
      CREATE TABLE strangers (
        name TEXT PRIMARY KEY, size INTEGER NOT NULL, inode INTEGER NOT NULL, modified INTEGER NOT NULL
      ) WITHOUT ROWID
      """,
      "CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    ])
}
