/// The piece of an archive that a byte offset falls into, from that offset to the piece's end.
public enum ArchiveExtent: Sendable, Equatable {
  /// Bytes of a member's local file header; the range counts from the header's start.
  case localHeader(member: Int, Range<Int>)
  /// Bytes of a member's content, as held in the archive; the range counts from the content's start.
  case content(member: Int, Range<UInt64>)
  /// Bytes of the central directory and the end records after it; the range counts from the directory's start.
  case centralDirectory(Range<UInt64>)
}
