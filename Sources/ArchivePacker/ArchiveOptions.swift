internal import ArgumentParsing
internal import HTTPSemantics

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

  /// What may stand on the command line. Options may stand before, between and after the files.
  static let syntax = CommandSyntax(
    options: [
      CommandOption("--save", .required("the name of a file")), CommandOption("--reproducible"),
      CommandOption("--portable-names"),
    ] + levels.map { CommandOption($0) }, operands: .files)

  private static let levels = (0...9).map { "-\($0)" }

  /// What the command line asks for.
  init(_ arguments: CommandArguments) throws(UsageError) {
    files = arguments.operands
    isReproducible = arguments.value("--reproducible") != nil
    hasPortableNames = arguments.value("--portable-names") != nil
    saveName = arguments.value("--save")
    if let level = arguments.options.last(where: { Self.levels.contains($0.name) }),
      let number = Int32(level.name.dropFirst())
    {
      self.level = number
    }
    if let name = saveName, name.isEmpty || name.hasSuffix("/") {
      throw .unsuitableValue(option: "--save", expected: "the name of a file", given: name)
    }
    guard !files.isEmpty else { throw .otherOperands(expected: "which files and folders to pack") }
    if let empty = files.firstIndex(of: []) {
      throw .emptyOperand(position: empty + 1)
    }
  }
}
