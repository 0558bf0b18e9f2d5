internal import CLinux
internal import Glibc

/// What a directory says of one of its names.
public struct DirectoryEntry: Sendable, Equatable {
  /// The kind of file, as far as the file system tells without a look at the file.
  public enum Kind: Sendable {
    /// A regular file.
    case regular
    /// A directory.
    case directory
    /// A symbolic link.
    case symbolicLink
    /// A device, pipe or socket.
    case special
    /// The file system does not say: stat(2) must.
    case unknown
  }

  /// The name's bytes, without a path.
  public var name: [UInt8]
  /// The kind.
  public var kind: Kind
  /// The inode number.
  public var inode: UInt64
}

/// An open directory stream (readdir(3)).
@safe public struct DirectoryStream: ~Copyable {
  private let stream: OpaquePointer

  /// Starts to read the directory from its first entry. The directory's own descriptor stays usable.
  public init(reading directory: borrowing FileDescriptor) throws(Errno) {
    // A new open file: the position of the given one is left alone.
    let fresh = try directory.open(".", [.readOnly, .directory])
    let number = fresh.release()
    guard let stream = unsafe fdopendir(number) else {
      let error = Errno.current
      _ = Glibc.close(number)
      throw error
    }
    unsafe self.stream = stream
  }

  deinit {
    unsafe closedir(stream)
  }

  /// The next entry, without `.` and `..`; nil at the end.
  public mutating func next() throws(Errno) -> DirectoryEntry? {
    while true {
      Glibc.errno = 0
      guard let entry = unsafe readdir(stream) else {
        let error = Errno.current
        if error.rawValue != 0 { throw error }
        return nil
      }
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe Array(bytes.prefix { $0 != 0 })
      }
      if name == [0x2E] || name == [0x2E, 0x2E] { continue }
      let kind: DirectoryEntry.Kind =
        switch unsafe Int(entry.pointee.d_type) {
        case Int(DT_REG): .regular
        case Int(DT_DIR): .directory
        case Int(DT_LNK): .symbolicLink
        case Int(DT_UNKNOWN): .unknown
        default: .special
        }
      return DirectoryEntry(name: name, kind: kind, inode: unsafe UInt64(entry.pointee.d_ino))
    }
  }
}

extension FileDescriptor {
  /// All entries of this directory, without `.` and `..`, in no particular order.
  public func directoryEntries() throws(Errno) -> [DirectoryEntry] {
    var stream = try DirectoryStream(reading: self)
    var entries: [DirectoryEntry] = []
    while let entry = try stream.next() { entries.append(entry) }
    return entries
  }
}
