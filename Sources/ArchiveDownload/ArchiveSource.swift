public import LocalStorage
public import Posix
internal import Storage

/// What an archive is made of: files that can be listed, and opened as they were listed.
///
/// Every call may wait for a disk or a network; the sender makes it from a thread that may.
public protocol ArchiveSource: Sendable {
  /// What the logs call it, and the archive where nobody asked for another name.
  var name: String { get }

  /// Whether others fill it file by file, as FTP does, so that a young file may not be whole yet.
  var isFilledByOthers: Bool { get }

  /// The files, in the order of their paths' bytes.
  func list() throws(FolderError) -> FolderListing

  /// Opens a file to read it. Throws `changed` if it is not the one that was listed.
  func open(_ member: FolderMember) throws(FolderError) -> FileDescriptor

  /// Throws `changed` unless the open file still is what was listed.
  func check(_ file: borrowing FileDescriptor, is member: FolderMember) throws(FolderError)

  /// The first of these files that cannot be opened; nil if all can, or if `list` has opened them.
  func firstUnreadable(of members: [FolderMember]) throws(FolderError) -> FolderFlaw?

  /// The first of these files that is not there any more as it was listed; nil if all are.
  func firstChanged(of members: ArraySlice<FolderMember>) throws(FolderError) -> FolderMember?
}

extension ArchiveSource {
  /// Unless told otherwise, files appear whole.
  public var isFilledByOthers: Bool { false }

  /// None: the files were opened when they were listed.
  public func firstUnreadable(of members: [FolderMember]) throws(FolderError) -> FolderFlaw? { nil }

  /// Opens each of the files.
  public func firstChanged(of members: ArraySlice<FolderMember>) throws(FolderError) -> FolderMember? {
    for member in members {
      do throws(FolderError) { _ = try open(member).number } catch .changed { return member } catch { throw error }
    }
    return nil
  }
}

/// A photo folder as the source of an archive.
struct PhotoFolderSource: ArchiveSource {
  let folder: FolderName
  let folders: PhotoFolders

  var name: String { folder.text }
  var isFilledByOthers: Bool { true }

  func list() throws(FolderError) -> FolderListing { try folders.list(folder) }

  func open(_ member: FolderMember) throws(FolderError) -> FileDescriptor { try folders.open(member, of: folder) }

  func check(_ file: borrowing FileDescriptor, is member: FolderMember) throws(FolderError) {
    try folders.check(file, is: member)
  }

  func firstUnreadable(of members: [FolderMember]) throws(FolderError) -> FolderFlaw? {
    try folders.firstUnreadable(of: members, in: folder)
  }

  func firstChanged(of members: ArraySlice<FolderMember>) throws(FolderError) -> FolderMember? {
    try folders.firstChanged(of: members, in: folder)
  }
}
