public import Posix

/// The folders that archives are made of. They are filled by others, at any time; here they are only read.
///
/// Every call may wait for a disk or a network; make it from a thread that may.
public struct PhotoFolders: Sendable {
  private let root: String
  private let limits: FolderLimits

  /// The folders in a directory, which need not be there yet.
  public init(root: String, limits: FolderLimits = FolderLimits()) {
    self.root = root
    self.limits = limits
  }

  /// The regular files of a folder, recursively, in the order of their paths' bytes. Hidden names, symbolic links and
  /// special files are left out.
  ///
  /// - Throws: also when a part of it cannot be read: a list that is not whole is none.
  public func list(_ folder: FolderName) throws(FolderError) -> [FolderMember] {
    var walk = FolderWalk(limits)
    try walk.enter(try open(folder))
    return walk.members.sorted { $0.path.lexicographicallyPrecedes($1.path) }
  }

  private func open(_ folder: FolderName) throws(FolderError) -> FileDescriptor {
    do throws(Errno) {
      return try openRoot().openBeneath(Array(folder.text.utf8), [.readOnly, .directory])
    } catch .noSuchFile, .symbolicLoop, .notDirectory {
      throw .notFound
    } catch {
      throw .io(error, context: "opening \(folder)")
    }
  }

  /// Opens a member to read it, and makes sure that it is the file that was listed.
  public func open(_ member: FolderMember, of folder: FolderName) throws(FolderError) -> FileDescriptor {
    let path = Array(folder.text.utf8) + [UInt8(ascii: "/")] + member.path
    do throws(Errno) {
      let file = try openToRead(path, below: openRoot())
      guard try isUnchanged(file, member) else { throw Errno.noSuchFile }
      return file
    } catch .noSuchFile, .symbolicLoop, .notDirectory, .crossDevice {
      throw .changed
    } catch {
      throw .io(error, context: "opening \(String(decoding: path, as: UTF8.self))")
    }
  }

  /// Throws `changed` unless the open file still is what was listed. One that somebody writes to, cuts, or gives other
  /// attributes or names is not.
  public func check(_ file: borrowing FileDescriptor, is member: FolderMember) throws(FolderError) {
    let same: Bool
    do throws(Errno) {
      same = try isUnchanged(file, member)
    } catch {
      throw .io(error, context: "looking at \(String(decoding: member.path, as: UTF8.self))")
    }
    guard same else { throw .changed }
  }

  private func isUnchanged(_ file: borrowing FileDescriptor, _ member: FolderMember) throws(Errno) -> Bool {
    let status = try file.status()
    return status.isRegular && FileIdentity(status) == member.identity
  }

  /// The directory is opened anew each time: it may be mounted, or a link to it switched, while the program runs.
  private func openRoot() throws(Errno) -> FileDescriptor {
    try FileDescriptor.open(root, [.pathOnly, .directory])
  }

  private func openToRead(_ path: [UInt8], below root: borrowing FileDescriptor) throws(Errno) -> FileDescriptor {
    // A pipe that took the file's place must not make the open wait.
    let flags: OpenFlags = [.readOnly, .nonBlocking]
    do throws(Errno) {
      // A download should not become a write to the disk.
      return try root.openBeneath(path, flags.union(.noAccessTime))
    } catch .notPermitted {
      // Only the owner of a file may ask for that.
      return try root.openBeneath(path, flags)
    }
  }
}
