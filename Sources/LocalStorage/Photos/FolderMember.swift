public import Posix

/// A regular file in a photo folder, as it was when the folder was listed.
public struct FolderMember: Equatable, Sendable {
  /// The path relative to the folder: bytes, which need not be UTF-8, with `/` between the segments.
  public var path: [UInt8]
  /// Type and permission bits (`st_mode`).
  public var mode: UInt32
  /// Which content it had.
  public var identity: FileIdentity
  /// CRC-32 of the content, where it is known without reading it.
  public var crc32: UInt32?

  /// A member.
  public init(path: [UInt8], mode: UInt32, identity: FileIdentity, crc32: UInt32? = nil) {
    self.path = path
    self.mode = mode
    self.identity = identity
    self.crc32 = crc32
  }

  /// Length in bytes.
  public var size: UInt64 { identity.size }
  /// Last change of the data.
  public var modified: Timestamp { identity.modified }
}
