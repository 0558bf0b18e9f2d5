public import Posix

/// Which content an object had at a moment: as long as the version stays the same, so do the bytes. Only the storage that
/// made one looks inside; everybody else compares.
public enum ContentVersion: Hashable, Sendable {
  /// A plain file in a state.
  case file(FileState)
  /// Blobs that never change, in their order.
  case blobs([String])
  /// The number of a content that has been put into memory.
  case memory(UInt64)

  /// What tells one content of a plain file from every other.
  public struct FileState: Hashable, Sendable {
    /// Device of the file system.
    public var device: UInt64
    /// Inode number.
    public var inode: UInt64
    /// Length in bytes.
    public var size: UInt64
    /// Last change of the data.
    public var modified: Timestamp
    /// Last change of data, attributes or names; nil where only the data count, since the storage itself changes the
    /// rest while others read.
    public var changed: Timestamp?

    /// A state from its parts.
    public init(device: UInt64, inode: UInt64, size: UInt64, modified: Timestamp, changed: Timestamp?) {
      self.device = device
      self.inode = inode
      self.size = size
      self.modified = modified
      self.changed = changed
    }
  }
}
