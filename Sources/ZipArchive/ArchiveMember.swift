/// What is known of one member of an archive before any of its content is sent.
public struct ArchiveMember: Sendable, Equatable {
  /// Path inside the archive: relative, with `/` between components. One that ends in `/` names a directory.
  public var name: [UInt8]
  /// Length of the content in bytes, uncompressed.
  public var size: UInt64
  /// Time of the last modification, in seconds since 1970-01-01 00:00:00 UTC.
  public var modificationTime: Int64
  /// Unix file type and permissions, as in `st_mode`.
  public var mode: UInt32
  /// How the content is held in the archive.
  public var compression: ArchiveCompression

  /// A member; stored unless it says otherwise.
  public init(
    name: [UInt8], size: UInt64, modificationTime: Int64, mode: UInt32, compression: ArchiveCompression = .stored
  ) {
    self.name = name
    self.size = size
    self.modificationTime = modificationTime
    self.mode = mode
    self.compression = compression
  }

  /// True of a directory entry: its name ends in `/`, and it has no content.
  public var isDirectory: Bool { name.last == UInt8(ascii: "/") }

  /// Number of bytes that the content takes up in the archive.
  public var compressedSize: UInt64 { compression.compressedSize(of: size) }
}

/// Compression method of a member (APPNOTE 4.4.5).
public enum ArchiveCompression: Sendable, Equatable {
  /// Method 0: the content as it is.
  case stored
  /// Method 8: a raw Deflate stream of this many bytes.
  case deflated(compressedSize: UInt64)

  /// Length in the archive of content that is `size` bytes long.
  func compressedSize(of size: UInt64) -> UInt64 {
    switch self {
    case .stored: size
    case .deflated(let compressedSize): compressedSize
    }
  }
}
