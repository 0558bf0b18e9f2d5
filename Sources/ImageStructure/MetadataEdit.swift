/// A stretch of bytes to be taken out of an image, and what to put there instead.
public struct MetadataEdit: Sendable, Equatable {
  /// Why the bytes go.
  public enum Content: Sendable, Equatable {
    /// Well-formed private metadata: EXIF, XMP, IPTC, comments, maker data. An uploader may ask to keep it.
    case metadata
    /// An index of further images behind the end of image: it goes, or stays, with them.
    case imageIndex
    /// Bytes that every decoder skips and that no specification has a place for. These always go.
    case stray
  }

  /// Why the bytes go.
  public internal(set) var content: Content

  /// Offsets of the bytes that go, from the start of the file. Never empty.
  public internal(set) var range: Range<UInt64>

  /// What stands there afterwards: empty, or a whole segment or chunk.
  public internal(set) var replacement: [UInt8]
}
