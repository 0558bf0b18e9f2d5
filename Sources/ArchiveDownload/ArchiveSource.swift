public import Storage

/// What an archive is made of: files below a prefix of a bucket, or some that were chosen.
public struct ArchiveSource: Sendable {
  /// What the logs call it, and the archive where nobody asked for another name.
  public var name: String
  /// Which files.
  public var selection: TreeSelection
  /// Whether others fill it file by file, as FTP does, so that a young file may not be whole yet.
  public var isFilledByOthers: Bool
  /// Whether the archive has a date, by which clients may resume it: that of the newest change in a folder.
  public var hasDate: Bool
  /// Whether there is no archive of nothing: a prefix is there only as long as a key begins with it.
  public var needsMembers: Bool

  /// A source.
  public init(
    name: String, _ selection: TreeSelection, isFilledByOthers: Bool = false, hasDate: Bool = false,
    needsMembers: Bool = false
  ) {
    self.name = name
    self.selection = selection
    self.isFilledByOthers = isFilledByOthers
    self.hasDate = hasDate
    self.needsMembers = needsMembers
  }

  /// A photo folder.
  init(_ folder: FolderName) {
    self.init(
      name: folder.text, TreeSelection(bucket: "photos", .prefix(Array("\(folder)/".utf8))), isFilledByOthers: true,
      hasDate: true)
  }
}
