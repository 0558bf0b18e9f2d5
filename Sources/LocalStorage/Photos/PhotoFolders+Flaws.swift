internal import DurableFiles
internal import Posix
public import Storage

/// Finding what keeps a folder from being packed, before anybody is sent a byte of it.
extension PhotoFolders {
  /// The first of these members that cannot be opened to read it; nil if all can. One that has changed since it was
  /// listed is not looked at further: whoever sends it finds out.
  /// - Parameter directory: without a slash at its end; empty for that of all photo folders.
  func firstUnreadable(of members: [TreeMember], below directory: [UInt8]) throws(StorageError) -> TreeFlaw? {
    guard !members.isEmpty else { return nil }
    let top = try openDirectory(directory, [.pathOnly, .directory])
    for member in members {
      if let flaw = try flaw(of: member, below: top) { return flaw }
    }
    return nil
  }

  /// Everything that keeps a folder from being packed, up to a limit.
  public func flaws(in folder: FolderName, limit: Int) throws(StorageError) -> [TreeFlaw] {
    let path = Array(folder.text.utf8)
    var walk = FolderWalk(limits, below: path, flawLimit: limit)
    do throws(StorageError) {
      let top = try openDirectory(path, [.readOnly, .directory])
      try walk.enter(top)
      var flaws = walk.flaws
      for member in walk.listing.members where flaws.count < limit {
        if let flaw = try flaw(of: member, below: top) { flaws.append(flaw) }
      }
      return flaws
    } catch .incompleteTree(let flaw) {
      return walk.flaws.isEmpty ? [flaw] : walk.flaws
    }
  }

  private func flaw(
    of member: TreeMember, below top: borrowing FileDescriptor
  ) throws(StorageError) -> TreeFlaw? {
    do throws(Errno) {
      _ = try openToRead(member.path, below: top).number
      return nil
    } catch .noSuchFile, .symbolicLoop, .notDirectory {
      return nil
    } catch  where error.isShortage {
      throw StorageError(error, "opening \(String(decoding: member.path, as: UTF8.self))")
    } catch {
      return TreeFlaw(path: member.path, .unreadable(error))
    }
  }
}
