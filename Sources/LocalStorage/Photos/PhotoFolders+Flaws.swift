internal import Posix
public import Storage

/// Finding what keeps a folder from being packed, before anybody is sent a byte of it.
extension PhotoFolders {
  /// The first of these members that cannot be opened to read it; nil if all can. One that has changed since it was
  /// listed is not looked at further: whoever sends it finds out.
  public func firstUnreadable(
    of members: [FolderMember], in folder: FolderName
  ) throws(FolderError) -> FolderFlaw? {
    members.isEmpty ? nil : try firstUnreadable(of: members, below: try open(folder, [.pathOnly, .directory]))
  }

  /// The same for members that were listed below a path.
  /// - Parameter path: without a slash at its end; empty for all photo folders.
  public func firstUnreadable(
    of members: [FolderMember], under path: some Sequence<UInt8>
  ) throws(FolderError) -> FolderFlaw? {
    members.isEmpty ? nil : try firstUnreadable(of: members, below: try openDirectory(Array(path)))
  }

  private func firstUnreadable(
    of members: [FolderMember], below top: borrowing FileDescriptor
  ) throws(FolderError) -> FolderFlaw? {
    for member in members {
      if let flaw = try flaw(of: member, below: top) { return flaw }
    }
    return nil
  }

  /// Everything that keeps a folder from being packed, up to a limit.
  public func flaws(in folder: FolderName, limit: Int) throws(FolderError) -> [FolderFlaw] {
    var walk = FolderWalk(limits, below: Array(folder.text.utf8), flawLimit: limit)
    do throws(FolderError) {
      let top = try open(folder, [.readOnly, .directory])
      try walk.enter(top)
      var flaws = walk.flaws
      for member in walk.listing.members where flaws.count < limit {
        if let flaw = try flaw(of: member, below: top) { flaws.append(flaw) }
      }
      return flaws
    } catch .cannotBePacked(let flaw) {
      return walk.flaws.isEmpty ? [flaw] : walk.flaws
    }
  }

  private func flaw(
    of member: FolderMember, below top: borrowing FileDescriptor
  ) throws(FolderError) -> FolderFlaw? {
    do throws(Errno) {
      _ = try openToRead(member.path, below: top).number
      return nil
    } catch .noSuchFile, .symbolicLoop, .notDirectory {
      return nil
    } catch  where error.isShortage {
      throw .io(error, context: "opening \(String(decoding: member.path, as: UTF8.self))")
    } catch {
      return FolderFlaw(path: member.path, .unreadable(error))
    }
  }
}
