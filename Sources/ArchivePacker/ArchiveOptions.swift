/// What the command line asks for.
struct ArchiveOptions: Equatable {
  /// Files and folders to pack, as given.
  var files: [[UInt8]] = []
  /// The file to save the archive in; nil for standard output.
  var saveName: String?
  /// zlib's compression level: 0 stores everything, 9 makes the smallest archive.
  var level: Int32 = 6
  /// The same bytes for the same names and contents, whenever and wherever the archive is made.
  var isReproducible = false
  /// Names that every system can unpack, instead of those that the files have.
  var hasPortableNames = false
  /// Only show the help.
  var wantsHelp = false

  /// Reads the arguments after `vitrine archive`. Options may stand before, between and after the files.
  init(arguments: [[UInt8]]) throws(UsageError) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch String(decoding: argument, as: UTF8.self) {
      case "--":
        files += rest
        rest = []
      case "--help", "-h":
        wantsHelp = true
        return
      case "--reproducible":
        isReproducible = true
      case "--portable-names":
        hasPortableNames = true
      case "--save":
        guard let name = rest.popFirst() else { throw UsageError("--save needs the name of a file") }
        try setSaveName(name[...])
      case let option where option.hasPrefix("--save="):
        try setSaveName(argument.dropFirst("--save=".utf8.count))
      case let option where option.hasPrefix("-") && option.utf8.count > 1:
        guard argument.count == 2, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(argument[1]) else {
          throw UsageError(
            "unknown option \(quoted(argument)); a file of that name is given as \(quoted([UInt8]("./".utf8) + argument))"
          )
        }
        level = Int32(argument[1] - UInt8(ascii: "0"))
      default:
        files.append(argument)
      }
    }
    guard !files.isEmpty else { throw UsageError("no files are named: give the files and folders to pack") }
    if let empty = files.firstIndex(of: []) { throw UsageError("file \(empty + 1) has an empty name") }
  }

  private mutating func setSaveName(_ bytes: ArraySlice<UInt8>) throws(UsageError) {
    guard let name = String(validating: bytes, as: UTF8.self) else {
      throw UsageError("--save needs a name that is UTF-8, not \(quoted([UInt8](bytes)))")
    }
    guard !name.isEmpty, !name.hasSuffix("/") else {
      throw UsageError("--save needs the name of a file, not \(quoted([UInt8](bytes)))")
    }
    saveName = name
  }
}

/// Why a command line cannot be carried out: exit status 2.
struct UsageError: Error, Equatable {
  let message: String

  init(_ message: String) {
    self.message = message
  }
}
