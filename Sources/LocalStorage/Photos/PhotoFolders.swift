public import Posix
public import Storage

/// The folders that archives are made of. They are filled by others, at any time; here they are only read.
///
/// Every call may wait for a disk or a network; make it from a thread that may.
public struct PhotoFolders: Sendable {
  private let root: String
  let limits: FolderLimits

  /// The folders in a directory.
  public init(root: String, limits: FolderLimits = FolderLimits()) {
    self.root = root
    self.limits = limits
  }

  /// The names of all folders, in no particular order. What is no folder is left out where the file system tells so.
  public func folders() throws(FolderError) -> [FolderName] {
    do throws(Errno) {
      return try FileDescriptor.open(root, [.readOnly, .directory]).directoryEntries().compactMap { entry in
        guard entry.kind == .directory || entry.kind == .unknown else { return nil }
        return FolderName(String(decoding: entry.name, as: UTF8.self))
      }
    } catch {
      throw .rootUnavailable(error)
    }
  }

  /// What a folder holds: regular files, recursively. Hidden names, symbolic links, special files, and what transfers
  /// and systems leave behind are left out.
  /// - Throws: `cannotBePacked` when a part of it cannot be read or is beyond the limits: a list that is not whole is
  ///   none.
  public func list(_ folder: FolderName) throws(FolderError) -> FolderListing {
    var walk = FolderWalk(limits, below: Array(folder.text.utf8))
    try walk.enter(try open(folder, [.readOnly, .directory]))
    return walk.listing
  }

  /// When a name last came to, or went from, a folder or one of the given folders in it; cheaper than to list it.
  public func newestDirectoryChange(
    of folder: FolderName, _ directories: [[UInt8]]
  ) throws(FolderError) -> Timestamp {
    let top = try open(folder, [.pathOnly, .directory])
    do throws(Errno) {
      var newest = try top.status().changed
      for path in directories { newest = max(newest, try top.status(of: path).changed) }
      return newest
    } catch {
      throw .io(error, context: "looking at \(folder)")
    }
  }

  func open(_ folder: FolderName, _ flags: OpenFlags) throws(FolderError) -> FileDescriptor {
    let root: FileDescriptor
    do throws(Errno) {
      root = try openRoot()
    } catch {
      throw .rootUnavailable(error)
    }
    do throws(Errno) {
      return try root.openBeneath(Array(folder.text.utf8), flags)
    } catch .noSuchFile, .symbolicLoop, .notDirectory {
      throw .notFound
    } catch  where error.isShortage {
      throw .io(error, context: "opening \(folder)")
    } catch {
      throw .cannotBePacked(FolderFlaw(path: [], .unreadable(error)))
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

  /// The first of the members whose path does not lead to the file any more that was listed; nil if all do.
  public func firstChanged(
    of members: ArraySlice<FolderMember>, in folder: FolderName
  ) throws(FolderError) -> FolderMember? {
    let top: FileDescriptor
    do {
      top = try open(folder, [.pathOnly, .directory])
    } catch .notFound {
      return members.first
    }
    for member in members {
      do throws(Errno) {
        // A folder on the way that became a link may be followed here: only the very same file passes.
        let status = try top.status(of: member.path)
        guard status.isRegular, FileIdentity(status) == member.identity else { return member }
      } catch .noSuchFile, .notDirectory, .symbolicLoop {
        return member
      } catch {
        throw .io(error, context: "looking at \(String(decoding: member.path, as: UTF8.self))")
      }
    }
    return nil
  }

  private func isUnchanged(_ file: borrowing FileDescriptor, _ member: FolderMember) throws(Errno) -> Bool {
    let status = try file.status()
    return status.isRegular && FileIdentity(status) == member.identity
  }

  /// The directory is opened anew each time: it may be mounted, or a link to it switched, while the program runs.
  func openRoot() throws(Errno) -> FileDescriptor {
    try FileDescriptor.open(root, [.pathOnly, .directory])
  }

  func openToRead(_ path: [UInt8], below root: borrowing FileDescriptor) throws(Errno) -> FileDescriptor {
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
