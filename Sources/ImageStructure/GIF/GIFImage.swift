/// What an image descriptor says (GIF89a, 20), and the limits of what follows it (21, 22).
struct GIFImage: Sendable {
  /// Bytes of an image descriptor behind its separator.
  static let descriptorLength = 9
  /// Bytes of a logical screen descriptor (18).
  static let screenDescriptorLength = 7

  /// The LZW minimum code sizes that are taken. The specification has 2 to 8. Some encoders write 1 for two colours,
  /// and decoders take it. More than 8 bits no pixel has; giflib and Java refuse it, browsers differ.
  static let codeSizes: ClosedRange<UInt8> = 1...8

  /// Bytes of its local colour table.
  let colourTableLength: Int
  /// How far it reaches on the logical screen. Browsers take a size of zero for the screen's.
  let right: Int
  let bottom: Int

  /// - Parameter descriptor: the bytes behind the separator.
  init(descriptor: [UInt8]) {
    colourTableLength = Self.colourTableLength(flags: descriptor[8])
    right = descriptor.littleEndian16(at: 0) + descriptor.littleEndian16(at: 4)
    bottom = descriptor.littleEndian16(at: 2) + descriptor.littleEndian16(at: 6)
  }

  /// Bytes of the colour table that a descriptor's packed fields announce (18 c, 20 c).
  static func colourTableLength(flags: UInt8) -> Int {
    flags & 0x80 == 0 ? 0 : 3 << (Int(flags & 0x07) + 1)
  }
}
