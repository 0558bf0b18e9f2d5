internal import Posix
internal import ZipArchive

/// Why no archive was made: exit status 1.
enum PackingError: Error, Equatable {
  /// A file or folder could not be opened or read.
  case cannotRead([UInt8], Errno)
  /// A file was written to, cut or replaced while it was packed.
  case changedWhileRead([UInt8])
  /// Two different files would have one name in the archive.
  case sameName([UInt8], first: [UInt8], second: [UInt8])
  /// A file would have the name of another file's folder in the archive.
  case fileNamedAsFolder([UInt8], file: [UInt8])
  /// None of the arguments can be packed.
  case nothingToPack
  /// The file to save in exists, and is not a plain file.
  case notPlainFile(String)
  /// The archive could not be written; the name is nil for standard output.
  case cannotWrite(String?, Errno)
  /// The members do not make an archive.
  case cannotLayOut(ArchiveLayoutError)
  /// A signal asked to stop.
  case interrupted(Signal)

  /// A stable name for programs.
  var code: String {
    switch self {
    case .cannotRead: "cannot-read"
    case .changedWhileRead: "changed-while-read"
    case .sameName: "same-name"
    case .fileNamedAsFolder: "file-named-as-folder"
    case .nothingToPack: "nothing-to-pack"
    case .notPlainFile: "not-plain-file"
    case .cannotWrite: "cannot-write"
    case .cannotLayOut(let error): error.code
    case .interrupted: "interrupted"
    }
  }

  /// One line: what is wrong and, where it is not plain, what to do.
  var message: String {
    switch self {
    case .cannotRead(let path, let error):
      "cannot read \(quoted(path)): \(error)"
    case .changedWhileRead(let path):
      "\(quoted(path)) changed while it was read; try again when nobody writes to it"
    case .sameName(let name, let first, let second):
      "\(quoted(first)) and \(quoted(second)) would both be \(quoted(name)) in the archive; pack them apart"
    case .fileNamedAsFolder(let name, let file):
      "\(quoted(file)) would be \(quoted(name)) in the archive, which is a folder there; pack them apart"
    case .nothingToPack:
      "nothing to pack"
    case .notPlainFile(let name):
      "cannot save in \(quoted(name)): it is there, and is not a plain file; choose another name"
    case .cannotWrite(let name, let error):
      "cannot write \(name.map(quoted) ?? "to standard output"): \(error)"
    case .cannotLayOut(let error):
      "the files do not fit in a zip archive (\(error.code)); pack fewer of them"
    case .interrupted:
      "stopped by a signal"
    }
  }
}
