internal import Database
internal import Posix

/// The part of a file's `ContentVersion` that an index records. It stays the same through a change of attributes or
/// names, and through a restart of the machine, after which the device may have another number.
struct RecordedVersion: Equatable, Sendable {
  var inode: UInt64
  var size: UInt64
  /// In nanoseconds since 1970.
  var modified: Int64

  init(inode: UInt64, size: UInt64, modified: Int64) {
    self.inode = inode
    self.size = size
    self.modified = modified
  }

  /// Reads inode, size and modification time from three columns in a row.
  init(_ row: borrowing Row, from column: Int) {
    self.init(
      inode: UInt64(bitPattern: row.integer(column)), size: UInt64(bitPattern: row.integer(column + 1)),
      modified: row.integer(column + 2))
  }

  init(_ status: FileStatus) {
    self.init(inode: status.inode, size: status.size, modified: status.modified.totalNanoseconds)
  }
}
