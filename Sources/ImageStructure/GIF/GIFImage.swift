/// What an image descriptor says (GIF89a, 20), and the limits of what follows it (21, 22).
struct GIFImage: Sendable {
  /// Bytes of an image descriptor behind its separator.
  static let descriptorLength = 9
  /// Bytes of a logical screen descriptor (18).
  static let screenDescriptorLength = 7

  /// The LZW minimum code sizes that are taken: those that browsers, libvips, ImageMagick and Pillow all decode.
  /// The specification has 2 to 8; encoders exist that write 1, and more than a pixel has bits. Codes have 12 bits
  /// at most, so that 12 leaves no room for any.
  static let codeSizes: ClosedRange<UInt8> = 1...11

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
