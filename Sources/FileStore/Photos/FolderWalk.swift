internal import Posix

/// A walk through a folder that collects what is in it.
struct FolderWalk {
  private var members: [FolderMember] = []
  private var directories: [[UInt8]] = []
  private var newestChange = Timestamp(seconds: .min)
  private var newestDirectoryChange = Timestamp(seconds: .min)
  private let limits: FolderLimits
  private var prefix: [UInt8] = []
  private var depth = 0

  init(_ limits: FolderLimits) {
    self.limits = limits
  }

  /// What was collected.
  var listing: FolderListing {
    FolderListing(
      members: members.sorted { $0.path.lexicographicallyPrecedes($1.path) }, directories: directories,
      newestChange: newestChange, newestDirectoryChange: newestDirectoryChange)
  }

  /// Collects the files of a directory and of those in it.
  mutating func enter(_ directory: borrowing FileDescriptor) throws(FolderError) {
    let entries: [DirectoryEntry]
    do throws(Errno) {
      // Before the entries: a name that comes between the two is newer than what is noted.
      let changed = try directory.status().changed
      newestDirectoryChange = max(newestDirectoryChange, changed)
      newestChange = max(newestChange, changed)
      entries = try directory.directoryEntries()
    } catch {
      throw .io(error, context: "reading \(place())")
    }
    // In the order in which a disk has them: one that has to be read is read from front to back.
    for entry in entries.sorted(by: { $0.inode < $1.inode }) where entry.name.first != UInt8(ascii: ".") {
      switch entry.kind {
      case .regular, .directory, .unknown: try look(at: entry.name, in: directory)
      case .symbolicLink, .special: continue
      }
    }
  }

  private mutating func look(at name: [UInt8], in directory: borrowing FileDescriptor) throws(FolderError) {
    let status: FileStatus
    do throws(Errno) {
      status = try directory.status(of: name)
    } catch .noSuchFile {
      // It went between the listing and the look.
      return
    } catch {
      throw .io(error, context: "looking at \(place(name))")
    }
    if status.isRegular {
      guard members.count < limits.members else { throw .tooManyMembers }
      members.append(FolderMember(path: prefix + name, mode: status.mode, identity: FileIdentity(status)))
      newestChange = max(newestChange, status.changed)
    } else if status.isDirectory {
      try descend(into: name, of: directory)
    }
  }

  private mutating func descend(into name: [UInt8], of directory: borrowing FileDescriptor) throws(FolderError) {
    guard depth < limits.depth else { throw .tooDeep }
    let length = prefix.count
    directories.append(prefix + name)
    prefix += name + [UInt8(ascii: "/")]
    depth += 1
    defer {
      prefix.removeLast(prefix.count - length)
      depth -= 1
    }
    guard let inner = try open(name, in: directory) else { return }
    try enter(inner)
  }

  /// Nil if the folder has gone, or something else is in its place.
  private func open(
    _ name: [UInt8], in directory: borrowing FileDescriptor
  ) throws(FolderError) -> FileDescriptor? {
    do throws(Errno) {
      return try directory.openBeneath(name, [.readOnly, .directory])
    } catch .noSuchFile, .symbolicLoop, .notDirectory {
      return nil
    } catch {
      throw .io(error, context: "opening \(place())")
    }
  }

  /// For the operator.
  private func place(_ name: [UInt8] = []) -> String {
    "/" + String(decoding: prefix + name, as: UTF8.self)
  }
}
