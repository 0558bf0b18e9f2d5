/// Names as they stand in an archive.
///
/// A file system takes any bytes for a name. Java's `ZipInputStream` refuses an archive with a name that is not UTF-8,
/// Python and Windows show other letters, macOS cannot create the file. Windows, besides, takes fewer characters, and like
/// macOS does not tell cases apart. Where a name has to be changed into one that another member has, `~2` and so on is put
/// in front of the extension: two members never become one.
public enum MemberNames: Sendable {
  /// Names that every system can unpack (``PortableName``), different ones for each of them.
  case portable
  /// The names as they are; only a byte that is not UTF-8 is written as `%E9`.
  case exact

  private static let slash = UInt8(ascii: "/")

  /// The names in the archive, in the order of these: the same for the same names. Distinct files keep distinct names, and
  /// members of one folder stay in one folder.
  public func names(for names: [[UInt8]]) -> [[UInt8]] {
    switch self {
    case .portable:
      var tree = NameTree(.portable)
      return tree.names(for: names)
    case .exact:
      guard names.contains(where: { !isUTF8($0) }) else { return names }
      var tree = NameTree(.readable)
      return tree.names(for: names)
    }
  }

  /// Throws for the first name that an archive cannot hold, or that is equal to an earlier one.
  static func validate(_ names: [[UInt8]]) throws(ArchiveLayoutError) {
    var isAscending = true
    for (index, name) in names.enumerated() {
      guard isRelativePath(name) else { throw .invalidName(member: index) }
      guard name.count <= UInt16.max else { throw .nameTooLong(member: index) }
      if index > 0, !names[index - 1].lexicographicallyPrecedes(name) { isAscending = false }
    }
    // Names in ascending order, as from a sorted folder, are distinct without looking further.
    guard !isAscending else { return }
    var seen: Set<[UInt8]> = []
    for (index, name) in names.enumerated() where !seen.insert(name).inserted {
      throw .duplicateName(member: index)
    }
  }

  /// True if the path leads nowhere but down, and has nothing that a reader would drop or cut.
  private static func isRelativePath(_ name: [UInt8]) -> Bool {
    guard !name.contains(0) else { return false }
    let path = name.last == slash ? name.dropLast() : name[...]
    return path.split(separator: slash, omittingEmptySubsequences: false).allSatisfy { component in
      !component.isEmpty && !component.elementsEqual(".".utf8) && !component.elementsEqual("..".utf8)
    }
  }
}
