internal import Posix

/// A file or an empty folder that goes into the archive.
struct SourceFile {
  /// Its name in the archive; that of a folder ends in `/`.
  var name: [UInt8]
  /// Where it is opened.
  var path: [UInt8]
  /// True of a path from the command line: a symbolic link there is followed.
  var followsLink: Bool
  /// What it was when it was found.
  var status: FileStatus

  var id: FileID { FileID(status) }
}

/// Which file it is, whatever it is called.
struct FileID: Hashable {
  let device: UInt64
  let inode: UInt64

  init(_ status: FileStatus) {
    device = status.device
    inode = status.inode
  }
}
