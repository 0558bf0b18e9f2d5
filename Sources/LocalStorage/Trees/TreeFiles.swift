internal import DurableFiles
internal import Posix
internal import Storage

/// The files of a tree: calls that may wait for a disk or a network.
protocol TreeFiles: Sendable {
  /// The files, in the order of their paths' bytes.
  func list() throws(StorageError) -> TreeListing

  /// The file with a key, by its key as its path; nil where there is none.
  func member(_ key: [UInt8]) throws(StorageError) -> TreeMember?

  /// Opens a file to read it.
  /// - Throws: `versionChanged` if it is not the one that was listed.
  func open(_ member: TreeMember) throws(StorageError) -> FileDescriptor

  /// Throws `versionChanged` unless an open file still is what was listed.
  func check(_ file: borrowing FileDescriptor, is member: TreeMember) throws(StorageError)

  /// The first of these files that cannot be opened; nil if all can, or if `list` has opened them.
  func firstUnreadable(of members: [TreeMember]) throws(StorageError) -> TreeFlaw?

  /// The first of these files that is not there any more as it was listed; nil if all are.
  func firstChanged(of members: ArraySlice<TreeMember>) throws(StorageError) -> TreeMember?
}

extension TreeFiles {
  /// Looks at the open file.
  func check(_ file: borrowing FileDescriptor, is member: TreeMember) throws(StorageError) {
    try member.check(file)
  }

  /// None: the files were opened when they were listed.
  func firstUnreadable(of members: [TreeMember]) throws(StorageError) -> TreeFlaw? { nil }

  /// Opens each of the files.
  func firstChanged(of members: ArraySlice<TreeMember>) throws(StorageError) -> TreeMember? {
    for member in members {
      do throws(StorageError) { _ = try open(member).number } catch .versionChanged { return member }
    }
    return nil
  }
}

extension TreeMember {
  /// A file in the state that a status tells of. Changes of attributes and names count: those that others make are signs
  /// of theirs, and entity tags of archives are made of them.
  init(path: [UInt8], _ status: FileStatus, crc32: UInt32? = nil) {
    self.init(
      path: path, mode: status.mode, size: status.size, modified: status.modified,
      version: .file(ContentVersion.FileState(status)), crc32: crc32)
  }

  /// The state that the file was listed in.
  var fileState: ContentVersion.FileState? {
    if case .file(let state) = version { state } else { nil }
  }

  /// Whether a file with that status still is what was listed.
  func isStill(_ status: FileStatus) -> Bool {
    status.isRegular && fileState == ContentVersion.FileState(status)
  }

  /// Throws `versionChanged` unless an open file still is what was listed.
  func check(_ file: borrowing FileDescriptor) throws(StorageError) {
    let status: FileStatus
    do throws(Errno) { status = try file.status() } catch { throw StorageError(error, "looking at a file") }
    guard isStill(status) else { throw .versionChanged }
  }
}

extension TreeListing {
  /// A listing of files whose newest change is that of the tree.
  init(_ members: [TreeMember]) {
    self.init(members: members, newestChange: members.lazy.compactMap { $0.fileState?.changed }.max())
  }
}

extension StorageError {
  /// The error for a tree that needs the file at a path: one that cannot be read keeps the tree from being listed whole. A
  /// shortage of descriptors or memory, which passes, stays as it is.
  func asFlaw(at path: [UInt8]) -> StorageError {
    guard case .io(let error, _) = self, !error.isShortage else { return self }
    return .incompleteTree(TreeFlaw(path: path, .unreadable(error)))
  }
}

extension Errno {
  /// Whether it tells of a lack in this process or system, which passes, and not of the file that was asked for.
  var isShortage: Bool { self == .tooManyDescriptors || self == .tooManyDescriptorsInSystem || self == .noMemory }
}
