internal import Database
internal import Posix
internal import Storage

extension ImageIndex.Entry {
  /// The columns that `init(_:)` reads, in their order.
  static let columns = """
    name, original_name, media_type, width, height, size, crc32, sha256, md5, uploaded, unlisted, expires, inode, \
    modified, uploader
    """

  /// Nil for a row that the program would not have written.
  init?(_ row: borrowing Row) {
    guard let name = StoredName(row.text(0)), let width = PictureMetadata.dimension(Int(row.integer(3))),
      let height = PictureMetadata.dimension(Int(row.integer(4))), let size = UInt64(exactly: row.integer(5))
    else { return nil }
    facts = PictureMetadata(
      name: name, originalName: row.text(1), mediaType: row.text(2), width: width, height: height,
      content: ContentDigests(
        size: size, crc32: UInt32(truncatingIfNeeded: row.integer(6)), sha256: row.bytes(7),
        md5: row.isNull(8) ? nil : row.bytes(8)),
      uploadedAt: Timestamp(totalNanoseconds: row.integer(9)), visibility: row.integer(10) == 0 ? .public : .unlisted,
      expiresAt: row.isNull(11) ? nil : Timestamp(totalNanoseconds: row.integer(11)),
      uploader: row.isNull(14) ? nil : row.text(14))
    stamp = FileStamp(inode: UInt64(bitPattern: row.integer(12)), size: size, modified: row.integer(13))
  }

  /// Writes the row, in place of an older one.
  func insert(_ session: inout Session) throws(DatabaseError) {
    try session.execute("DELETE FROM strangers WHERE name = ?1", [.text(facts.name.text)])
    try session.execute(
      """
      INSERT OR REPLACE INTO images (\(ImageIndex.Entry.columns))
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
      """,
      [
        .text(facts.name.text), .text(facts.originalName), .text(facts.mediaType), .integer(Int64(facts.width)),
        .integer(Int64(facts.height)), .integer(Int64(bitPattern: stamp.size)),
        .integer(Int64(facts.content.crc32)), .blob(facts.content.sha256), facts.content.md5.map { .blob($0) } ?? .null,
        .integer(facts.uploadedAt.totalNanoseconds), .integer(facts.visibility == .public ? 0 : 1),
        facts.expiresAt.map { .integer($0.totalNanoseconds) } ?? .null, .integer(Int64(bitPattern: stamp.inode)),
        .integer(stamp.modified), facts.uploader.map { .text($0) } ?? .null,
      ])
  }
}
