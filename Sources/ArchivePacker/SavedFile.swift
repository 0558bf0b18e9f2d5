internal import Digests
internal import HTTPSemantics
internal import Posix

/// The file that an archive is saved in. It gets its name when it is whole; until then nothing is to be seen of it.
///
/// The file is without a name while it is written (`O_TMPFILE`), so nothing is left of it however the program ends.
/// Where the file system cannot do that, it has a temporary name in the same folder, and signals are held back
/// so that the name can be taken away.
struct SavedFile: ~Copyable {
  /// The open file.
  let descriptor: SharedDescriptor
  /// Signals to look out for while writing; nil where there is nothing to clean up.
  let interruptions: Interruptions?
  /// The older file that this one will replace.
  let replaced: FileStatus?

  private let name: String
  private let fileName: String
  private let folder: FileDescriptor
  private var temporaryName: String?

  /// Opens the file to write.
  /// - Parameters:
  ///   - name: path of the file. A plain file of that name is replaced in the end, and lends its permissions.
  ///   - canBeUnnamed: false to use a temporary name, whatever the file system.
  init(name: String, canBeUnnamed: Bool = true) throws(PackingError) {
    let (folderName, fileName) = Self.split(name)
    let folder = try Self.writing(name) { () throws(Errno) in
      try FileDescriptor.open(folderName, [.pathOnly, .directory])
    }
    let replaced = try Self.writing(name) { () throws(Errno) in try Self.status(of: fileName, in: folder) }
    guard replaced?.isRegular ?? true else { throw .notPlainFile(name) }

    let unnamed = canBeUnnamed ? try Self.writing(name) { () throws(Errno) in try Self.openUnnamed(in: folder) } : nil
    let opened: Opened
    if let unnamed {
      opened = Opened(descriptor: unnamed)
    } else {
      let interruptions = Interruptions()
      let temporaryName = Self.freshName()
      do throws(Errno) {
        let file = try folder.open(temporaryName, [.readWrite, .create, .exclusive, .noFollow], mode: 0o666)
        opened = Opened(
          descriptor: SharedDescriptor(file), interruptions: interruptions, temporaryName: temporaryName)
      } catch {
        interruptions.end()
        throw .cannotWrite(name, error)
      }
    }
    // Nothing of the value is there before the last throw, as in `Connection.init` of the database.
    self.init(opened, name: name, fileName: fileName, in: folder, replacing: replaced)
  }

  /// What is written to, and by what it is known until it has its name.
  private struct Opened {
    let descriptor: SharedDescriptor
    var interruptions: Interruptions?
    var temporaryName: String?
  }

  private init(
    _ opened: Opened, name: String, fileName: String, in folder: consuming FileDescriptor,
    replacing replaced: FileStatus?
  ) {
    descriptor = opened.descriptor
    interruptions = opened.interruptions
    temporaryName = opened.temporaryName
    self.name = name
    self.fileName = fileName
    self.folder = folder
    self.replaced = replaced
  }

  deinit {
    if let temporaryName { try? folder.unlink(temporaryName) }
    interruptions?.end()
  }

  /// Gives the file its name, replacing an older file, once it is safe on the disk.
  mutating func publish() throws(PackingError) {
    do throws(Errno) {
      if let replaced { try descriptor.descriptor.setMode(replaced.mode & 0o777) }
      try descriptor.descriptor.synchronizeData()
      try nameFile()
    } catch {
      throw .cannotWrite(name, error)
    }
  }

  private mutating func nameFile() throws(Errno) {
    // Between a temporary name and the rename no signal may come.
    let hold = interruptions == nil ? Interruptions() : nil
    defer { hold?.end() }
    do throws(Errno) {
      if temporaryName == nil { try link() }
      if let temporaryName { try folder.rename(temporaryName, to: fileName) }
      temporaryName = nil
    } catch {
      if let temporaryName { try? folder.unlink(temporaryName) }
      temporaryName = nil
      throw error
    }
  }

  /// Gives an unnamed file its name, or a temporary one if that is taken: link(2) replaces nothing.
  private mutating func link() throws(Errno) {
    do throws(Errno) {
      try descriptor.descriptor.link(as: fileName, in: folder)
    } catch .fileExists {
      let fresh = Self.freshName()
      try descriptor.descriptor.link(as: fresh, in: folder)
      temporaryName = fresh
    }
  }

  /// Nil where the file system knows no unnamed files, or they could not be linked later (through /proc).
  private static func openUnnamed(in folder: borrowing FileDescriptor) throws(Errno) -> SharedDescriptor? {
    do throws(Errno) {
      let file = SharedDescriptor(try folder.openUnnamed(mode: 0o666))
      _ = try fileStatus(atPath: "/proc/self/fd/\(file.descriptor.number)")
      return file
    } catch {
      guard [.notSupported, .isDirectory, .invalidArgument, .noSuchFile].contains(error) else { throw error }
      return nil
    }
  }

  private static func status(
    of fileName: String, in folder: borrowing FileDescriptor
  ) throws(Errno) -> FileStatus? {
    do throws(Errno) {
      return try folder.status(of: fileName)
    } catch .noSuchFile {
      return nil
    }
  }

  private static func split(_ name: String) -> (folder: String, fileName: String) {
    guard let slash = name.lastIndex(of: "/") else { return (".", name) }
    return (String(name[...slash]), String(name[name.index(after: slash)...]))
  }

  private static func freshName() -> String {
    ".vitrine-" + Hexadecimal.encode(SecureRandom.bytes(8)) + ".tmp"
  }

  private static func writing<Result: ~Copyable>(
    _ name: String, _ body: () throws(Errno) -> Result
  ) throws(PackingError) -> Result {
    do throws(Errno) {
      return try body()
    } catch {
      throw .cannotWrite(name, error)
    }
  }
}
