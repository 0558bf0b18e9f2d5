internal import HTTPSemantics

/// A text that patterns are held against, as characters: `?` stands for one, however many bytes that has.
struct PatternText: Sendable {
  let characters: [UInt32]

  /// - Parameter ignoresCase: whether A–Z are taken for a–z; as with the patterns that it is held against.
  init(_ bytes: some Sequence<UInt8>, ignoresCase: Bool = false) {
    characters = Self.characters(of: bytes, ignoresCase: ignoresCase)
  }

  /// A number for each character: the bytes of its UTF-8, one behind the other.
  static func characters(of bytes: some Sequence<UInt8>, ignoresCase: Bool) -> [UInt32] {
    var characters: [UInt32] = []
    characters.reserveCapacity(bytes.underestimatedCount)
    var current: UInt32 = 0
    var width = 0
    for byte in bytes {
      if byte & 0xC0 == 0x80, (1..<4).contains(width), current > 0x7F {
        current = current << 8 | UInt32(byte)
        width += 1
        continue
      }
      if width > 0 { characters.append(current) }
      current = UInt32(ignoresCase ? ASCII.lowercased(byte) : byte)
      width = 1
    }
    if width > 0 { characters.append(current) }
    return characters
  }
}
