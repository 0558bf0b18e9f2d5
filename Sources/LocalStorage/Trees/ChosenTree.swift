internal import Posix
internal import Storage

/// Chosen files of a bucket, by other paths, as a tree.
struct ChosenTree: TreeFiles {
  private let files: any TreeFiles
  private let keys: [[UInt8]: [UInt8]]

  /// - Parameters:
  ///   - chosen: the keys, and the paths of the files, all different.
  ///   - files: all those of the bucket.
  init(_ chosen: [(key: [UInt8], path: [UInt8])], of files: any TreeFiles) {
    self.files = files
    keys = Dictionary(chosen.map { ($0.path, $0.key) }) { first, _ in first }
  }

  /// - Throws: `versionChanged` where one is gone: whoever asks again gets what is there then.
  func list() throws(StorageError) -> TreeListing {
    var members: [TreeMember] = []
    for (path, key) in keys.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      do throws(StorageError) {
        guard var member = try files.member(key) else { throw StorageError.versionChanged }
        member.path = path
        members.append(member)
      } catch .incompleteTree(let flaw) {
        throw .incompleteTree(TreeFlaw(path: path, flaw.reason))
      }
    }
    return TreeListing(members)
  }

  func member(_ key: [UInt8]) throws(StorageError) -> TreeMember? { try files.member(key) }

  func open(_ member: TreeMember) throws(StorageError) -> FileDescriptor {
    guard let key = keys[member.path] else { throw .versionChanged }
    var member = member
    member.path = key
    return try files.open(member)
  }
}
