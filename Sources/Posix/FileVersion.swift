internal import CLinux
internal import Glibc

/// The content of an open file at a moment: as long as the file still is of this version, it has the same bytes.
public struct FileVersion: Sendable, Equatable {
  /// Length in bytes.
  public var size: UInt64
  /// Last change of the data.
  public var modified: Timestamp
  /// Last change of data, attributes or names; nil where changes of attributes and names do not count.
  public var changed: Timestamp?

  /// A version from its parts.
  public init(size: UInt64, modified: Timestamp, changed: Timestamp?) {
    self.size = size
    self.modified = modified
    self.changed = changed
  }

  /// The version of a file to which others write: a change of attributes or names counts.
  public init(_ status: FileStatus) {
    self.init(size: status.size, modified: status.modified, changed: status.changed)
  }

  /// The version of a file whose attributes and names may change while it is read.
  public init(contentOf status: FileStatus) {
    self.init(size: status.size, modified: status.modified, changed: nil)
  }

  /// Whether a file with that status is of this version.
  public func matches(_ status: FileStatus) -> Bool {
    size == status.size && modified == status.modified && (changed.map { $0 == status.changed } ?? true)
  }
}

extension FileDescriptor {
  /// The state of the open file, as far as the kernel knows without asking a server: it never waits for a network.
  public var cachedStatus: FileStatus? {
    var raw = stat()
    return unsafe vitrine_cached_status(number, &raw) == 0 ? FileStatus(raw) : nil
  }

  /// Whether the open file still is of a version, as far as the kernel knows without asking a server: it never waits for
  /// a network. A change that another machine makes shows once the file's attributes have been fetched anew.
  public func isStill(_ version: FileVersion) -> Bool {
    var raw = stat()
    guard unsafe vitrine_cached_status(number, &raw) == 0 else { return false }
    return version.matches(FileStatus(raw))
  }

  /// Whether the open file still is of a version and has as many names, as far as the kernel knows without asking a
  /// server. A file that is replaced or removed loses a name.
  public func isStill(_ version: FileVersion, names: UInt64) -> Bool {
    var raw = stat()
    guard unsafe vitrine_cached_status(number, &raw) == 0 else { return false }
    let status = FileStatus(raw)
    return version.matches(status) && status.linkCount == names
  }

  /// Reads a range of the file if all of it is in the page cache, without waiting for a disk.
  /// - Returns: nil where a part is not in the cache, or the file ends before the range does.
  public func cachedBytes(_ range: Range<UInt64>) -> [UInt8]? {
    let length = range.count
    let number = self.number
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: length) { (buffer, count) in
      count = 0
      while count < length {
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
        let read = unsafe vitrine_pread_cached(
          number, rest.baseAddress, rest.count, off_t(clamping: range.lowerBound + UInt64(count)))
        guard read > 0 else { break }
        count += read
      }
    }
    return bytes.count == length ? bytes : nil
  }
}
