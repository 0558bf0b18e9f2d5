internal import Database

/// How far the list of a bucket is to be trusted. Whenever that changes, or is found out once more, the bucket gets a mark
/// that it never had before: who remembers one can tell whether anything happened since.
struct ScanMark: Equatable, Sendable {
  /// As `1c9c5f3e-8F3A…`: the boot of the system in which all files were listed, if they were, and random digits.
  fileprivate let text: String

  /// A mark as the index has it; it has none of a bucket that it does not know.
  init(text: String = "") {
    self.text = text
  }

  /// Whether all files of the bucket were listed in this boot of the system, and none is known to be missing.
  func isOfAScan(in boot: String) -> Bool {
    text.prefix { $0 != "-" } == boot
  }
}

extension Connection {
  /// The mark of a bucket.
  mutating func scanMark(_ bucket: String) throws(DatabaseError) -> ScanMark {
    try first("SELECT scanned FROM buckets WHERE name = ?1", [.text(bucket)]) { ScanMark(text: $0.text(0)) }
      ?? ScanMark()
  }

  /// Notes that all files of a bucket were listed since the system was started; unless it has another mark by now than
  /// before they were listed.
  /// - Returns: whether it was noted.
  mutating func markScanned(
    _ bucket: String, ifStill mark: ScanMark, boot: String
  ) throws(DatabaseError) -> Bool {
    try execute(
      "UPDATE buckets SET scanned = ?1 || '-' || hex(randomblob(8)) WHERE name = ?2 AND scanned = ?3",
      [.text(boot), .text(bucket), .text(mark.text)]) == 1
  }

  /// Notes that a bucket may hold files that are not listed.
  mutating func markUnscanned(_ bucket: String) throws(DatabaseError) {
    try execute("UPDATE buckets SET scanned = '-' || hex(randomblob(8)) WHERE name = ?1", [.text(bucket)])
  }
}
