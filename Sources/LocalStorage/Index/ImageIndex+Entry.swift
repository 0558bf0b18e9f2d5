internal import Database
internal import Posix
internal import Storage

extension ImageIndex.Entry {
  /// The columns that `init(_:)` reads, in their order.
  static let columns = """
    name, original_name, media_type, width, height, size, crc32, sha256, md5, uploaded, unlisted, expires, inode, \
    modified, uploader
    """

  /// What an older row of the same name is changed to.
  private static let replacement: String = {
    let names = (columns + ", folded").split(separator: ",").map { $0.drop { $0 == " " } }
    return names.dropFirst().map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
  }()

  /// Nil for a row that the program would not have written.
  init?(_ row: borrowing Row) {
    guard let name = StoredName(row.text(0)), let width = PictureMetadata.dimension(Int(row.integer(3))),
      let height = PictureMetadata.dimension(Int(row.integer(4))), let size = UInt64(exactly: row.integer(5))
    else { return nil }
    metadata = PictureMetadata(
      name: name, originalName: row.text(1), mediaType: row.text(2), width: width, height: height,
      content: ContentDigests(
        size: size, crc32: UInt32(truncatingIfNeeded: row.integer(6)), sha256: row.bytes(7),
        md5: row.isNull(8) ? nil : row.bytes(8)),
      uploadedAt: Timestamp(totalNanoseconds: row.integer(9)),
      visibility: PictureMetadata.Visibility(column: row.integer(10)),
      expiresAt: row.isNull(11) ? nil : Timestamp(totalNanoseconds: row.integer(11)),
      uploader: row.isNull(14) ? nil : row.text(14))
    recordedVersion = RecordedVersion(inode: UInt64(bitPattern: row.integer(12)), size: size, modified: row.integer(13))
  }

  /// Writes the row, in place of an older one.
  func insert(_ connection: inout Connection) throws(DatabaseError) {
    try connection.execute("DELETE FROM strangers WHERE name = ?1", [.text(metadata.name.text)])
    try connection.execute(
      """
      INSERT INTO images (\(ImageIndex.Entry.columns), folded)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
      ON CONFLICT (name) DO UPDATE SET \(ImageIndex.Entry.replacement)
      """,
      [
        .text(metadata.name.text), .text(metadata.originalName), .text(metadata.mediaType),
        .integer(Int64(metadata.width)),
        .integer(Int64(metadata.height)), .integer(Int64(bitPattern: recordedVersion.size)),
        .integer(Int64(metadata.content.crc32)), .blob(metadata.content.sha256),
        metadata.content.md5.map { .blob($0) } ?? .null,
        .integer(metadata.uploadedAt.totalNanoseconds), .integer(metadata.visibility.column),
        metadata.expiresAt.map { .integer($0.totalNanoseconds) } ?? .null,
        .integer(Int64(bitPattern: recordedVersion.inode)),
        .integer(recordedVersion.modified), metadata.uploader.map { .text($0) } ?? .null,
        .text(SearchText(metadata.originalName).folded),
      ])
  }
}

extension PictureMetadata.Visibility {
  /// As the column `unlisted` has it.
  var column: Int64 {
    switch self {
    case .public: 0
    case .unlisted: 1
    case .queued: 2
    }
  }

  init(column: Int64) {
    self = Self.allCases.first { $0.column == column } ?? .unlisted
  }
}
