internal import Posix

/// Finds what is to be packed. Every file is opened once, so that one that cannot be read is known
/// before a byte of the archive is written.
struct FileWalk {
  /// What was found: arguments in their order, the contents of a folder in bytewise order.
  private(set) var found: [SourceFile] = []
  /// What was left out or renamed, a line each.
  private(set) var notes: [String] = []
  /// What could not be read.
  private(set) var problems: [PackingError] = []
  /// An argument itself was left out.
  private(set) var hasSkippedArgument = false

  private let archive: FileID?
  private let temporary: FileID?
  private var hasNotedRoot = false
  private var hasNotedParent = false

  /// - Parameters:
  ///   - archive: what the archive is written to or will replace; it is left out.
  ///   - temporary: a file that the user knows nothing of; it is left out without a word.
  init(archive: FileID?, temporary: FileID? = nil) {
    self.archive = archive
    self.temporary = temporary
  }

  /// Takes in a file or folder from the command line. A symbolic link is followed here, but not below.
  mutating func add(_ argument: [UInt8]) {
    let member = MemberPath(argument)
    let first = found.count
    let countOfNotes = notes.count
    add(path: argument, name: member.name, isArgument: true)
    hasSkippedArgument = hasSkippedArgument || found.count == first && notes.count > countOfNotes
    found[first...].sort { $0.name.lexicographicallyPrecedes($1.name) }
    if member.wasAbsolute, !hasNotedRoot {
      hasNotedRoot = true
      notes.append("names in the archive are relative: the leading \"/\" is left out")
    }
    if member.hadParent, !hasNotedParent {
      hasNotedParent = true
      notes.append("names in the archive never lead upwards: \"..\" and what stands before it is left out")
    }
  }

  private mutating func add(path: [UInt8], name: [UInt8], isArgument: Bool) {
    do throws(Errno) {
      switch try Self.look(at: path, isArgument: isArgument) {
      case .symbolicLink:
        notes.append("left out \(quoted(path)): a symbolic link")
      case .special:
        notes.append("left out \(quoted(path)): not a plain file")
      case .plain(let status) where FileID(status) == temporary:
        break
      case .plain(let status) where FileID(status) == archive:
        notes.append("left out \(quoted(path)): it is the archive")
      case .plain(let status):
        found.append(SourceFile(name: name, path: path, followsLink: isArgument, status: status))
      case .folder(let status, let entries):
        addFolder(entries, path: path, name: name, status: status)
      }
    } catch {
      problems.append(.cannotRead(path, error))
    }
  }

  private mutating func addFolder(_ entries: [[UInt8]], path: [UInt8], name: [UInt8], status: FileStatus) {
    let slash = [UInt8(ascii: "/")]
    let first = found.count
    let countOfProblems = problems.count
    for entry in entries.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      add(
        path: path.last == slash[0] ? path + entry : path + slash + entry,
        name: name.isEmpty ? entry : name + slash + entry, isArgument: false)
    }
    if found.count == first, problems.count == countOfProblems, !name.isEmpty {
      found.append(SourceFile(name: name + slash, path: path, followsLink: true, status: status))
    }
  }

  private enum Finding {
    case plain(FileStatus)
    case folder(FileStatus, entries: [[UInt8]])
    case symbolicLink
    case special
  }

  /// Looks first and opens then: to open a device may have effects. No descriptor outlives the look, however deep
  /// the folders are.
  private static func look(at path: [UInt8], isArgument: Bool) throws(Errno) -> Finding {
    let links: OpenFlags = isArgument ? [] : .noFollow
    let kind = try FileDescriptor.open(path, [.pathOnly, links]).status()
    if kind.isSymbolicLink { return .symbolicLink }
    guard kind.isRegular || kind.isDirectory else { return .special }
    let file = try FileDescriptor.open(path, [.readOnly, .nonBlocking, links])
    let status = try file.status()
    if status.isDirectory { return .folder(status, entries: try file.directoryEntries().map(\.name)) }
    return status.isRegular ? .plain(status) : .special
  }
}
