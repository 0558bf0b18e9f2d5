/// What of a folder goes into an archive.
struct ArchiveSelection: Equatable, Sendable {
  private let names: Set<[UInt8]>
  private let folders: Set<[UInt8]>

  /// - Parameter names: paths in the folder; one that ends in a slash stands for all that is below it. None at all stand
  ///   for everything.
  init(_ names: [[UInt8]]) {
    self.names = Set(names)
    folders = Set(names.filter { $0.last == UInt8(ascii: "/") })
  }

  /// Whether an object is in it, by its path in the folder.
  func contains(_ path: ArraySlice<UInt8>) -> Bool {
    if names.isEmpty || names.contains(Array(path)) { return true }
    return !folders.isEmpty
      && path.indices.contains { path[$0] == UInt8(ascii: "/") && folders.contains(Array(path[...$0])) }
  }
}
