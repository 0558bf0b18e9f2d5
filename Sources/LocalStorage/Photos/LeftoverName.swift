/// Names that transfers and systems leave behind in a folder: they are no photographs, and stay out of its archive.
enum LeftoverName {
  /// Endings of files that a transfer has not finished.
  private static let endings = [".part", ".filepart", ".crdownload"].map { Array($0.utf8) }
  /// Files that Windows puts into folders that it shows.
  private static let files = ["thumbs.db", "desktop.ini"].map { Array($0.utf8) }
  /// What Synology's indexer puts beside files.
  private static let anything = Array("@eadir".utf8)

  /// Whether the name is one of these, in capital or small letters.
  /// - Parameter isDirectory: a folder that is named like an unfinished file is a folder of somebody's.
  static func matches(_ name: [UInt8], isDirectory: Bool) -> Bool {
    let lower = name.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    if lower == anything { return true }
    return !isDirectory && (files.contains(lower) || endings.contains { lower.suffix($0.count).elementsEqual($0) })
  }
}

/// Paths of photos, wherever they lie.
public enum PhotoPath {
  /// Whether a path is shown: nothing in it is empty, hidden, or left behind by a transfer.
  public static func isShown(_ path: [UInt8]) -> Bool {
    let segments = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return segments.indices.allSatisfy { index in
      let name = Array(segments[index])
      return !name.isEmpty && name.first != UInt8(ascii: ".")
        && !LeftoverName.matches(name, isDirectory: index < segments.endIndex - 1)
    }
  }
}
