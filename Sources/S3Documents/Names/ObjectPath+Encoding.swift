/// From key to path.
extension ObjectPath {
  static func path(of key: ObjectKey, _ form: Form) -> [UInt8] {
    var path: [UInt8] = []
    path.reserveCapacity(key.bytes.count + 8)
    let segments = key.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    for (index, segment) in segments.enumerated() {
      if index > 0 { path.append(UInt8(ascii: "/")) }
      let isLast = index == segments.count - 1
      append(segment, mark: isLast && form == .shadowed ? .shadowed : nil, to: &path)
    }
    return path
  }

  /// Appends the name of a segment, or the names of a long one.
  private static func append(_ segment: ArraySlice<UInt8>, mark: NameMark?, to path: inout [UInt8]) {
    var rest = segment
    while true {
      let name = name(of: rest, mark: mark)
      if name.count <= nameLimit { return path.append(contentsOf: name) }
      let beginning = longestBeginning(of: rest)
      path.append(contentsOf: NameMark.continued.bytes)
      path.append(contentsOf: escaped(beginning))
      path.append(UInt8(ascii: "/"))
      rest = rest[beginning.endIndex...]
    }
  }

  private static func name(of text: ArraySlice<UInt8>, mark: NameMark?) -> [UInt8] {
    if let mark { return mark.bytes + escaped(text) }
    return isName(text) ? Array(text) : NameMark.literal.bytes + escaped(text)
  }

  /// Whether a segment can be a name as it is.
  private static func isName(_ text: ArraySlice<UInt8>) -> Bool {
    switch text.first {
    case nil, NameMark.escape: false
    case UInt8(ascii: "."):
      !text.elementsEqual(".".utf8) && !text.elementsEqual("..".utf8) && !text.elementsEqual(privateFolder.utf8)
        && !text.contains(0)
    default: !text.contains(0)
    }
  }

  /// The longest beginning of `text` that fits into a name with a mark, and does not end within a character.
  private static func longestBeginning(of text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var room = nameLimit - NameMark.continued.bytes.count
    var end = text.startIndex
    while end < text.endIndex {
      room -= isEscaped(text[end]) ? 3 : 1
      if room < 0 { break }
      end += 1
    }
    while end > text.startIndex, end < text.endIndex, text[end] & 0xC0 == 0x80 { end -= 1 }
    return text[..<end]
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte == NameMark.escape || byte == 0
  }

  private static func escaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var escaped: [UInt8] = []
    escaped.reserveCapacity(text.count)
    for byte in text {
      switch byte {
      case NameMark.escape: escaped.append(contentsOf: "%25".utf8)
      case 0: escaped.append(contentsOf: "%00".utf8)
      default: escaped.append(byte)
      }
    }
    return escaped
  }
}

/// What follows the `%` that an escaped name begins with.
enum NameMark: UInt8 {
  /// The text is a whole segment, or the end of a long one.
  case literal = 0x5F
  /// The text goes on in the next name.
  case continued = 0x2B
  /// The text is the last segment, of a key that is also a folder.
  case shadowed = 0x3D

  static let escape = UInt8(ascii: "%")

  var bytes: [UInt8] { [Self.escape, rawValue] }
}
