internal import LocalStorage
internal import Posix
internal import Storage

/// Chosen pictures, and what they are called in an archive.
struct PictureSelection {
  /// Keys and paths.
  private(set) var members: [(key: [UInt8], path: [UInt8])] = []

  /// The pictures of these names, without those that are not there any more.
  init(_ names: [StoredName], store: any PictureStore, now: Timestamp) throws(StoreError) {
    var naming = MemberNaming()
    var seen: Set<StoredName> = []
    for name in names where seen.insert(name).inserted {
      guard let facts = try store.facts(of: name), facts.expiresAt.map({ $0 > now }) ?? true else { continue }
      members.append((Array(name.text.utf8), Array(naming.name(for: facts).utf8)))
    }
  }

  /// What an archive of them is made of.
  var tree: TreeSelection { TreeSelection(bucket: "images", .chosen(members)) }
}
