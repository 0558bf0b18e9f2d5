/// The extension block that is being read (GIF89a, 23 to 26).
struct GIFExtension: Sendable {
  private static let graphicControl: UInt8 = 0xF9
  private static let plainText: UInt8 = 0x01
  private static let application: UInt8 = 0xFF

  /// Application identifiers with their authentication codes: looping, and a colour profile. All else is metadata.
  private static let loops = [[UInt8]("NETSCAPE2.0".utf8), [UInt8]("ANIMEXTS1.0".utf8)]
  private static let colourProfile = [UInt8]("ICCRGBG1012".utf8)

  private let label: UInt8
  private var subBlockCount = 0
  private var firstSize = 0
  /// Up to 11 bytes of the first sub-block.
  private var identifier: [UInt8] = []
  /// Whether the sub-blocks behind the identifier are a loop count (3 bytes) and a buffer size (5 bytes), and no more.
  private var isLoop = true

  init(label: UInt8) {
    self.label = label
  }

  /// Takes a sub-block's size, which is not zero.
  mutating func beginSubBlock(size: Int) {
    subBlockCount += 1
    if subBlockCount == 1 {
      firstSize = size
    } else {
      isLoop = isLoop && (size == 3 || size == 5) && subBlockCount <= 3
    }
  }

  /// Takes bytes of a sub-block.
  mutating func take(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    if subBlockCount == 1 { identifier.append(bytes, range, upTo: 11) }
  }

  /// Whether it is a plain text extension without the fields that it must have: all decoders skip it.
  var isOutOfForm: Bool { label == Self.plainText && firstSize != 12 }

  /// Judges the whole block, once its terminator has come.
  ///
  /// - Returns: whether it stays.
  /// - Throws: `extensionBlock`.
  func remains() throws(Corruption) -> Bool {
    switch label {
    case Self.graphicControl:
      guard subBlockCount == 1, firstSize == 4 else { throw .extensionBlock }
      return true
    case Self.plainText:
      return !isOutOfForm
    case Self.application where firstSize == 11:
      return identifier == Self.colourProfile || Self.loops.contains(identifier) && isLoop && subBlockCount > 1
    default:
      return false
    }
  }
}
