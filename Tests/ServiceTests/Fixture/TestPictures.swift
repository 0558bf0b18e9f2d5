import Digests

/// Pictures as small as can be, of each kind that is accepted.
enum TestPictures {
  /// A JPEG of 5 × 3 pixels, with something more between its segments.
  static func jpeg(header: [UInt8] = []) -> [UInt8] {
    let marker: [UInt8] = [0xFF, 0xD8]
    let frame: [UInt8] = [8, 0, 3, 0, 5, 1, 1, 0x11, 0]
    let codes = [0, 1] + [UInt8](repeating: 0, count: 16)
    return marker + segment(0xE0, Array("JFIF\0".utf8) + [1, 1, 0, 0, 1, 0, 1, 0, 0]) + header
      + segment(0xDB, [0] + [UInt8](repeating: 1, count: 64)) + segment(0xC0, frame) + segment(0xC4, codes)
      + segment(0xDA, [1, 1, 0, 0, 63, 0]) + [0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD9]
  }

  /// A JPEG with a comment that is nobody's business.
  static let commented = jpeg(header: segment(0xFE, Array("PRIVATE-COMMENT".utf8)))

  /// A PNG of that many pixels, with something more before its data.
  static func png(_ width: UInt32 = 5, _ height: UInt32 = 3, beforeData: [UInt8] = []) -> [UInt8] {
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + chunk("IHDR", bigEndian(width) + bigEndian(height) + [8, 2, 0, 0, 0]) + beforeData
      + chunk("IDAT", [0x78, 0x9C, 0x63, 0, 0, 0, 2, 0, 1]) + chunk("IEND", [])
  }

  /// A PNG that no other is equal to.
  static func png(numbered number: UInt32) -> [UInt8] {
    png(beforeData: chunk("pHYs", bigEndian(number) + [0, 0, 0, 1, 0]))
  }

  /// A chunk of a PNG.
  static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let checked = Array(type.utf8) + data
    return bigEndian(UInt32(data.count)) + checked + bigEndian(CRC32.checksum(of: checked))
  }

  /// A GIF of one pixel.
  static let gif: [UInt8] =
    Array("GIF89a".utf8) + [1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF]
    + [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B]

  private static func segment(_ marker: UInt8, _ content: [UInt8]) -> [UInt8] {
    [0xFF, marker] + bigEndian(UInt32(content.count + 2)).suffix(2) + content
  }

  private static func bigEndian(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }
}
