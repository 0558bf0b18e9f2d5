/// Where the object with a key stands below its bucket's folder.
///
/// The key `a/b/c.jpg` is the file `a/b/c.jpg`. Only what a file system cannot hold is written otherwise, in names that
/// begin with `.~`:
///
/// | in the key | on the disk |
/// | --- | --- |
/// | an empty segment (`a//b`, `a/`, `/a`) | `.~e` |
/// | `.` and `..` | `.~d` and `.~D` |
/// | `.vitrine` | `.~v` |
/// | a segment that begins with `.~` | `.~q` and what follows there |
/// | a segment over 249 bytes | folders `.~l` with a piece each, then `.~m` with the last one |
/// | the object `a` beside an object `a/b` | `.~sa`, beside the folder `a` |
///
/// Reading the names back gives the key again, and no two keys share a name.
struct KeyPath: Equatable, Sendable {
  /// The folders, outermost first.
  let folders: [String]
  /// The file's name, as long as no folder has it.
  let plainName: String

  /// The most folders that a key may need. Each is made, synced and removed by itself, while other writers of the bucket
  /// may have to wait.
  static let folderLimit = 128

  /// The file's name where a folder has the plain one.
  var shadowName: String { Self.shadow(of: plainName) }

  /// The name that a file gets that gives way to a folder.
  static func shadow(of name: String) -> String { mark + "s" + name }

  private static let mark = ".~"
  /// The longest name is 255 bytes; the marks of a piece and of a shadow, three bytes each, have to fit before it.
  private static let pieceLimit = 249

  /// The place of a key, which is not empty and UTF-8.
  init(_ key: [UInt8]) {
    var names: [String] = []
    for segment in key.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      names += Self.names(of: String(decoding: segment, as: UTF8.self))
    }
    plainName = names.removeLast()
    folders = names
  }

  private static func names(of segment: String) -> [String] {
    switch segment {
    case "": return [mark + "e"]
    case ".": return [mark + "d"]
    case "..": return [mark + "D"]
    case ".vitrine": return [mark + "v"]
    default: break
    }
    if segment.utf8.count > pieceLimit {
      let pieces = pieces(of: segment)
      return pieces.enumerated().map { mark + ($0.offset == pieces.count - 1 ? "m" : "l") + $0.element }
    }
    guard segment.utf8.starts(with: mark.utf8) else { return [segment] }
    return [mark + "q" + String(decoding: segment.utf8.dropFirst(mark.utf8.count), as: UTF8.self)]
  }

  private static func pieces(of segment: String) -> [String] {
    var pieces: [String] = []
    var piece = String.UnicodeScalarView()
    var count = 0
    for scalar in segment.unicodeScalars {
      let width = UTF8.width(scalar)
      if count + width > pieceLimit {
        pieces.append(String(piece))
        piece = String.UnicodeScalarView()
        count = 0
      }
      piece.append(scalar)
      count += width
    }
    pieces.append(String(piece))
    return pieces
  }

  /// The key whose file stands there; nil for a place that no key has.
  static func key(folders: [String], name: String) -> [UInt8]? {
    var segments: [[UInt8]] = []
    var long: [UInt8]?
    for (index, component) in (folders + [name]).enumerated() {
      let isLast = index == folders.count
      let unshadowed = isLast ? unshadowed(component) : component
      guard let (piece, kind) = read(unshadowed) else { return nil }
      switch kind {
      case .whole:
        guard long == nil else { return nil }
        segments.append(piece)
      case .piece:
        long = (long ?? []) + piece
      case .lastPiece:
        guard let start = long else { return nil }
        segments.append(start + piece)
        long = nil
      }
    }
    guard long == nil else { return nil }
    let key = Array(segments.joined(separator: [UInt8(ascii: "/")]))
    // Only the one place that the key would be given counts.
    let location = KeyPath(key)
    guard location.folders == folders, name == location.plainName || name == location.shadowName else { return nil }
    return key
  }

  /// Whether bytes that were read from a file can be a key.
  static func isKey(_ bytes: [UInt8]) -> Bool {
    (1...Self.longestKey).contains(bytes.count) && !bytes.contains(0) && String(validating: bytes, as: UTF8.self) != nil
  }

  private static let longestKey = 1_024

  private enum Kind {
    case whole
    case piece
    case lastPiece
  }

  private static func unshadowed(_ name: String) -> String {
    name.utf8.starts(with: (mark + "s").utf8) ? String(decoding: name.utf8.dropFirst(3), as: UTF8.self) : name
  }

  private static func read(_ component: String) -> (bytes: [UInt8], kind: Kind)? {
    let bytes = Array(component.utf8)
    guard bytes.starts(with: mark.utf8) else { return (bytes, .whole) }
    guard bytes.count > 2 else { return nil }
    let rest = Array(bytes.dropFirst(3))
    switch bytes[2] {
    case UInt8(ascii: "e"): return rest.isEmpty ? ([], .whole) : nil
    case UInt8(ascii: "d"): return rest.isEmpty ? (Array(".".utf8), .whole) : nil
    case UInt8(ascii: "D"): return rest.isEmpty ? (Array("..".utf8), .whole) : nil
    case UInt8(ascii: "v"): return rest.isEmpty ? (Array(".vitrine".utf8), .whole) : nil
    case UInt8(ascii: "q"): return (Array(mark.utf8) + rest, .whole)
    case UInt8(ascii: "l"): return (rest, .piece)
    case UInt8(ascii: "m"): return (rest, .lastPiece)
    default: return nil
    }
  }
}
