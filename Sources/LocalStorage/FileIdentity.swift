public import Posix

/// A file's content at a moment, told apart from every other: as long as this stays the same, so do the bytes.
public struct FileIdentity: Hashable, Sendable {
  /// Device of the file system.
  public var device: UInt64
  /// Inode number.
  public var inode: UInt64
  /// Length in bytes.
  public var size: UInt64
  /// Last change of the data.
  public var modified: Timestamp
  /// Last change of data, attributes or names.
  public var changed: Timestamp

  /// An identity from its parts.
  public init(device: UInt64, inode: UInt64, size: UInt64, modified: Timestamp, changed: Timestamp) {
    self.device = device
    self.inode = inode
    self.size = size
    self.modified = modified
    self.changed = changed
  }

  /// What an open file must still be to have this content.
  public var version: FileVersion { FileVersion(size: size, modified: modified, changed: changed) }

  /// The identity of a file in the state that a status tells of.
  public init(_ status: FileStatus) {
    self.init(
      device: status.device, inode: status.inode, size: status.size, modified: status.modified,
      changed: status.changed)
  }
}
