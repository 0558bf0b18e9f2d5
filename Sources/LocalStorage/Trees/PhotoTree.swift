internal import DurableFiles
internal import Posix
internal import Storage

/// A folder below that of all photo folders, or that one itself, as a tree.
struct PhotoTree: TreeFiles {
  let folders: PhotoFolders
  /// The path of the folder, without a slash at its end.
  let path: [UInt8]
  let filter: TreeSelection.Filter?

  func list() throws(StorageError) -> TreeListing {
    let listing = try folders.list(below: path)
    guard let filter else { return TreeListing(members: listing.members, newestChange: listing.newestChange) }
    let prefix = path.isEmpty ? [] : path + [UInt8(ascii: "/")]
    var members: [TreeMember] = []
    for member in listing.members {
      let key = prefix + member.path
      if try filter(key, { Self.metadata(of: key, in: folders) }) { members.append(member) }
    }
    return TreeListing(members: members, newestChange: listing.newestChange)
  }

  func member(_ key: [UInt8]) throws(StorageError) -> TreeMember? {
    do throws(StorageError) {
      let file = try folders.open(file: key)
      do throws(Errno) { return TreeMember(path: key, try file.status()) } catch {
        throw StorageError(error, "looking at a photo")
      }
    } catch .noSuchKey {
      return nil
    } catch {
      throw error.asFlaw(at: key)
    }
  }

  private static func metadata(of key: [UInt8], in folders: PhotoFolders) -> ObjectMetadata? {
    guard let file = try? folders.open(file: key), let status = try? file.status() else { return nil }
    return ObjectMetadata(ofForeignFile: status, key: key)
  }

  func open(_ member: TreeMember) throws(StorageError) -> FileDescriptor {
    try folders.open(member, below: path)
  }

  func firstUnreadable(of members: [TreeMember]) throws(StorageError) -> TreeFlaw? {
    try folders.firstUnreadable(of: members, below: path)
  }

  func firstChanged(of members: ArraySlice<TreeMember>) throws(StorageError) -> TreeMember? {
    try folders.firstChanged(of: members, below: path)
  }
}
