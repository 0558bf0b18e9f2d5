internal import DurableFiles
internal import Posix
internal import Storage

/// A walk through a folder that collects what is in it.
struct FolderWalk {
  private var members: [TreeMember] = []
  private var directories: [[UInt8]] = []
  private var newestChange = Timestamp(seconds: .min)
  private var newestDirectoryChange = Timestamp(seconds: .min)
  /// What keeps the folder from being packed, in the order in which it was found.
  private(set) var flaws: [TreeFlaw] = []

  private let limits: FolderLimits
  private let pathLimit: Int
  private let depthLimit: Int
  private let flawLimit: Int
  private var prefix: [UInt8] = []
  private var depth = 0

  /// - Parameters:
  ///   - base: the path of the folder below the directory of all photo folders; empty for that one itself.
  ///   - flawLimit: the flaw that ends the walk: the first one where only a whole list is of use.
  init(_ limits: FolderLimits, below base: [UInt8], flawLimit: Int = 1) {
    self.limits = limits
    self.flawLimit = flawLimit
    pathLimit = FolderLimits.longestPath - (base.isEmpty ? 0 : base.count + 1)
    // The depth is that below a photo folder, whichever folder the walk begins in.
    let level = base.isEmpty ? 0 : base.split(separator: UInt8(ascii: "/")).count
    depthLimit = limits.depth + 1 - level
  }

  /// What was collected.
  var listing: FolderListing {
    FolderListing(
      members: members.sorted { $0.path.lexicographicallyPrecedes($1.path) }, directories: directories,
      newestChange: newestChange, newestDirectoryChange: newestDirectoryChange)
  }

  /// Collects the files of a directory and of those in it.
  /// - Throws: `incompleteTree` once there are as many flaws as the limit.
  mutating func enter(_ directory: borrowing FileDescriptor) throws(StorageError) {
    let entries: [DirectoryEntry]
    do throws(Errno) {
      // Before the entries: a name that comes between the two is newer than what is noted.
      let changed = try directory.status().changed
      newestDirectoryChange = max(newestDirectoryChange, changed)
      newestChange = max(newestChange, changed)
      entries = try directory.directoryEntries()
    } catch {
      return try note(error, at: folderPath)
    }
    // In the order in which a disk has them: one that has to be read is read from front to back.
    for entry in entries.sorted(by: { $0.inode < $1.inode }) where entry.name.first != UInt8(ascii: ".") {
      switch entry.kind {
      case .regular, .directory, .unknown: try look(at: entry.name, in: directory)
      case .symbolicLink, .special: continue
      }
    }
  }

  private mutating func look(at name: [UInt8], in directory: borrowing FileDescriptor) throws(StorageError) {
    let status: FileStatus
    do throws(Errno) {
      status = try directory.status(of: name)
    } catch .noSuchFile {
      // It went between the listing and the look.
      return
    } catch {
      return try note(error, at: prefix + name)
    }
    guard !LeftoverName.matches(name, isDirectory: status.isDirectory) else { return }
    if status.isRegular {
      try add(name, status)
    } else if status.isDirectory {
      try descend(into: name, of: directory)
    }
  }

  private mutating func add(_ name: [UInt8], _ status: FileStatus) throws(StorageError) {
    let path = prefix + name
    guard path.count <= pathLimit else {
      return try note(TreeFlaw(path: path, .pathTooLong(limit: FolderLimits.longestPath)))
    }
    guard members.count < limits.members else {
      let flaw = TreeFlaw(path: [], .tooManyFiles(limit: limits.members))
      if flaws.last != flaw { try note(flaw) }
      return
    }
    members.append(TreeMember(path: path, status))
    newestChange = max(newestChange, status.changed)
  }

  private mutating func descend(into name: [UInt8], of directory: borrowing FileDescriptor) throws(StorageError) {
    guard depth < depthLimit else {
      return try note(TreeFlaw(path: prefix + name, .tooDeep(limit: limits.depth)))
    }
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

  /// Nil if the folder has gone, something else is in its place, or it cannot be opened, which is noted.
  private mutating func open(
    _ name: [UInt8], in directory: borrowing FileDescriptor
  ) throws(StorageError) -> FileDescriptor? {
    do throws(Errno) {
      return try directory.openBeneath(name, [.readOnly, .directory])
    } catch .noSuchFile, .symbolicLoop, .notDirectory {
      return nil
    } catch {
      try note(error, at: folderPath)
      return nil
    }
  }

  /// The path of the folder that the walk is in.
  private var folderPath: [UInt8] { Array(prefix.dropLast()) }

  private mutating func note(_ error: Errno, at path: [UInt8]) throws(StorageError) {
    let flaw = TreeFlaw(path: path, .unreadable(error))
    guard !error.isShortage else { throw StorageError(error, "reading \(flaw.location)") }
    try note(flaw)
  }

  private mutating func note(_ flaw: TreeFlaw) throws(StorageError) {
    flaws.append(flaw)
    if flaws.count >= flawLimit { throw .incompleteTree(flaws[0]) }
  }
}
