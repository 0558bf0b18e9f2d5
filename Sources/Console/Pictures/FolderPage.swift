internal import Storage
internal import WebService

/// A page of the photo folders, by name.
struct FolderPage: Sendable {
  /// One of them.
  struct Folder: Sendable {
    var name: String
    /// Files and their length; nil where the folder cannot be read to its end.
    var content: (files: Int, bytes: UInt64)?
  }

  var folders: [Folder]
  /// The name after which the next page begins; nil at the end.
  var next: String?
  /// How many folders there are in all.
  var count: Int

  /// Walks the folders of one page.
  /// - Throws: where not even their names can be read.
  nonisolated(nonsending) static func read(
    _ catalog: any FolderCatalog, _ trees: any TreeStore, after: String, limit: Int
  ) async throws(StorageError) -> FolderPage {
    let names = try await catalog.folderNames()
    let wanted = names.map(\.text).filter { $0 > after }.sorted()
    let page = wanted.prefix(limit)
    var folders: [Folder] = []
    for name in page {
      let tree = trees.tree(TreeSelection(bucket: "photos", .prefix(Array("\(name)/".utf8))))
      let members = try? await tree.list().members
      folders.append(Folder(name: name, content: members.map { ($0.count, $0.reduce(0) { $0 &+ $1.size }) }))
    }
    return FolderPage(folders: folders, next: wanted.count > limit ? page.last : nil, count: names.count)
  }

  private static let folder = JSONShape<Folder>(
    "Folder",
    [
      JSONMember("name", .text, "Its name.") { $0.name },
      JSONMember("files", .orNull(.count), "Its files; null where it cannot be read to its end.") { $0.content?.files },
      JSONMember("bytes", .orNull(.count), "Their bytes, likewise.") { $0.content?.bytes },
    ])
  static let shape = JSONShape<FolderPage>(
    "FolderList",
    [
      JSONMember("folders", .list(of: folder.type), "Folders, by name.") { $0.folders },
      JSONMember("next", .orNull(.text), "What `after` is for the next page; null at the end.") { $0.next },
      JSONMember("count", .count, "Folders in all.") { $0.count },
    ])
}
