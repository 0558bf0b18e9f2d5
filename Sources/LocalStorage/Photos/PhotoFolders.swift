internal import DurableFiles
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
  public func folders() throws(StorageError) -> [FolderName] {
    do throws(Errno) {
      return try FileDescriptor.open(root, [.readOnly, .directory]).directoryEntries().compactMap { entry in
        guard entry.kind == .directory || entry.kind == .unknown else { return nil }
        return FolderName(String(decoding: entry.name, as: UTF8.self))
      }
    } catch {
      throw Self.rootUnavailable(error)
    }
  }

  /// What a folder holds: regular files, recursively. Hidden names, symbolic links, special files, and what transfers
  /// and systems leave behind are left out.
  /// - Throws: `noSuchKey`; `incompleteTree` when a part of it cannot be read or is beyond the limits: a list that is not
  ///   whole is none.
  public func list(_ folder: FolderName) throws(StorageError) -> FolderListing {
    try list(below: Array(folder.text.utf8))
  }

  /// The same for a directory below that of all folders.
  /// - Parameter path: without a slash at its end; empty for all photo folders.
  func list(below path: [UInt8]) throws(StorageError) -> FolderListing {
    var walk = FolderWalk(limits, below: path)
    try walk.enter(try openDirectory(path, [.readOnly, .directory]))
    return walk.listing
  }

  /// When a name last came to, or went from, a folder or one of the given folders in it; cheaper than to list it.
  public func newestDirectoryChange(
    of folder: FolderName, _ directories: [[UInt8]]
  ) throws(StorageError) -> Timestamp {
    let top = try openDirectory(Array(folder.text.utf8), [.pathOnly, .directory])
    do throws(Errno) {
      var newest = try top.status().changed
      for path in directories { newest = max(newest, try top.status(of: path).changed) }
      return newest
    } catch {
      throw StorageError(error, "looking at \(folder)")
    }
  }

  // MARK: Opening

  /// Opens a regular file to read it. Hidden names and symbolic links are as if they were not there.
  /// - Throws: `noSuchKey`.
  func open(file path: [UInt8]) throws(StorageError) -> FileDescriptor {
    guard Self.isVisible(path) else { throw .noSuchKey }
    do throws(Errno) {
      let file = try openToRead(path, below: openRoot())
      guard try file.status().isRegular else { throw Errno.noSuchFile }
      return file
    } catch .noSuchFile, .symbolicLoop, .notDirectory, .nameTooLong {
      throw .noSuchKey
    } catch {
      throw StorageError(error, "opening \(String(decoding: path, as: UTF8.self))")
    }
  }

  /// Opens a directory below that of all folders.
  /// - Parameter path: without a slash at its end; empty for that one itself.
  func openDirectory(_ path: [UInt8], _ flags: OpenFlags) throws(StorageError) -> FileDescriptor {
    guard path.isEmpty || Self.isVisible(path) else { throw .noSuchKey }
    let root: FileDescriptor
    do throws(Errno) { root = try openRoot() } catch { throw Self.rootUnavailable(error) }
    do throws(Errno) {
      return try root.openBeneath(path.isEmpty ? Array(".".utf8) : path, flags)
    } catch .noSuchFile, .symbolicLoop, .notDirectory, .nameTooLong {
      throw .noSuchKey
    } catch  where error.isShortage {
      throw StorageError(error, "opening \(String(decoding: path, as: UTF8.self))")
    } catch {
      throw .incompleteTree(TreeFlaw(path: [], .unreadable(error)))
    }
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

  /// Whether a path has nothing in it that is never shown: names that are empty or hidden.
  private static func isVisible(_ path: [UInt8]) -> Bool {
    path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { name in
      !name.isEmpty && name.first != UInt8(ascii: ".") && !name.contains(0)
    }
  }

  private static func rootUnavailable(_ error: Errno) -> StorageError {
    .unavailable("opening the folder of all photo folders: \(error)")
  }
}
