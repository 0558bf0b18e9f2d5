internal import DurableFiles
internal import Posix
internal import Storage

/// Files that were listed below a directory, by their paths in it.
extension PhotoFolders {
  /// Opens a member to read it.
  /// - Parameter directory: without a slash at its end; empty for that of all photo folders.
  /// - Throws: `versionChanged` if it is not the file that was listed.
  func open(_ member: TreeMember, below directory: [UInt8]) throws(StorageError) -> FileDescriptor {
    let path = directory.isEmpty ? member.path : directory + [UInt8(ascii: "/")] + member.path
    do throws(Errno) {
      let file = try openToRead(path, below: openRoot())
      guard member.isStill(try file.status()) else { throw Errno.noSuchFile }
      return file
    } catch .noSuchFile, .symbolicLoop, .notDirectory, .crossDevice {
      throw .versionChanged
    } catch {
      throw StorageError(error, "opening \(String(decoding: path, as: UTF8.self))")
    }
  }

  /// The first of the members whose path does not lead to the file any more that was listed; nil if all do.
  func firstChanged(
    of members: ArraySlice<TreeMember>, below directory: [UInt8]
  ) throws(StorageError) -> TreeMember? {
    let top: FileDescriptor
    do {
      top = try openDirectory(directory, [.pathOnly, .directory])
    } catch .noSuchKey {
      return members.first
    }
    for member in members {
      do throws(Errno) {
        // A folder on the way that became a link may be followed here: only the very same file passes.
        guard member.isStill(try top.status(of: member.path)) else { return member }
      } catch .noSuchFile, .notDirectory, .symbolicLoop {
        return member
      } catch {
        throw StorageError(error, "looking at \(String(decoding: member.path, as: UTF8.self))")
      }
    }
    return nil
  }
}
