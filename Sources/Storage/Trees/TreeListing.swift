public import Posix

/// What a tree held at a moment.
public struct TreeListing: Equatable, Sendable {
  /// Its files, in the order of their paths' bytes.
  public var members: [TreeMember]
  /// When anything of it last changed in any way: a content, attributes, a name that came or went. Nil where that is not
  /// known.
  public var newestChange: Timestamp?

  /// A listing.
  public init(members: [TreeMember], newestChange: Timestamp? = nil) {
    self.members = members
    self.newestChange = newestChange
  }
}

/// A file of a tree, as it was when the tree was listed.
public struct TreeMember: Equatable, Sendable {
  /// The path in the tree: bytes, which need not be UTF-8, with `/` between the segments.
  public var path: [UInt8]
  /// Type and permission bits (`st_mode`).
  public var mode: UInt32
  /// Length in bytes.
  public var size: UInt64
  /// Last change of the content.
  public var modified: Timestamp
  /// Which content it had.
  public var version: ContentVersion
  /// CRC-32 of the content, where it is known without reading it.
  public var crc32: UInt32?

  /// A member.
  public init(
    path: [UInt8], mode: UInt32, size: UInt64, modified: Timestamp, version: ContentVersion, crc32: UInt32? = nil
  ) {
    self.path = path
    self.mode = mode
    self.size = size
    self.modified = modified
    self.version = version
    self.crc32 = crc32
  }
}

/// A file that will be read, and the part of it that is needed.
public struct TreeRead: Sendable {
  /// The file.
  public var member: TreeMember
  /// The part, so that no more than that is read ahead.
  public var range: Range<UInt64>

  /// A part of a file.
  public init(_ member: TreeMember, _ range: Range<UInt64>) {
    self.member = member
    self.range = range
  }
}

/// What a file's bytes are read from.
public enum TreeContent: Sendable {
  /// All of them: a short file has been read, and is closed again.
  case bytes([UInt8])
  /// The open file.
  case opened(any OpenedContent)
}
