internal import Posix
internal import ZipArchive

/// What goes into the archive, under which names and in which order.
struct PackingPlan {
  /// A file and what is said of it in the archive.
  struct Item {
    var source: SourceFile
    /// Its name in the archive, UTF-8.
    var name: [UInt8]
  }

  let items: [Item]
  /// Names that had to be changed, a line each.
  let notes: [String]

  /// - Parameter memberNames: how files are called in the archive.
  /// - Throws: where two different files would have one name.
  init(_ found: [SourceFile], isSorted: Bool, _ memberNames: MemberNames) throws(PackingError) {
    var sources = try Self.withoutRepetitions(found)
    if isSorted {
      sources.sort { $0.name.lexicographicallyPrecedes($1.name) }
    }
    try Self.requireNoFileNamedAsFolder(sources)
    let names = memberNames.names(for: sources.map(\.name))
    items = zip(sources, names).map { Item(source: $0, name: $1) }
    notes = items.filter { $0.source.name != $0.name }.map { item in
      let reason = memberNames == .portable ? "cannot be unpacked everywhere" : "is not UTF-8"
      return "the name of \(quoted(item.source.path)) \(reason); it is \(quoted(item.name)) in the archive"
    }
  }

  /// The size of all contents, uncompressed.
  var totalSize: UInt64 {
    items.reduce(0) { $0 &+ ($1.source.status.isRegular ? $1.source.status.size : 0) }
  }

  /// A file that was named twice is packed once.
  private static func withoutRepetitions(_ found: [SourceFile]) throws(PackingError) -> [SourceFile] {
    var indices: [[UInt8]: Int] = [:]
    var sources: [SourceFile] = []
    for source in found {
      guard let index = indices[source.name] else {
        indices[source.name] = sources.count
        sources.append(source)
        continue
      }
      guard sources[index].id == source.id else {
        throw .sameName(source.name, first: sources[index].path, second: source.path)
      }
    }
    return sources
  }

  /// `a` from one place and `a/b` from another cannot both be extracted.
  private static func requireNoFileNamedAsFolder(_ sources: [SourceFile]) throws(PackingError) {
    let slash = UInt8(ascii: "/")
    var folders: Set<[UInt8]> = []
    for source in sources {
      var path = source.name[...]
      while let end = path.lastIndex(of: slash), folders.insert([UInt8](path[..<end])).inserted {
        path = path[..<end]
      }
    }
    for source in sources where folders.contains(source.name) {
      throw .fileNamedAsFolder(source.name, file: source.path)
    }
  }
}
