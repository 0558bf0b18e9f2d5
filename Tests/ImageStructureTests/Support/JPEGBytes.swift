/// Pieces to build JPEG files from.
enum JPEGBytes {
  static let start: [UInt8] = [0xFF, 0xD8]
  static let end: [UInt8] = [0xFF, 0xD9]
  static let quantizationTable = segment(0xDB, [0] + [UInt8](repeating: 1, count: 64))
  static let huffmanTable = segment(0xC4, [0] + [1] + [UInt8](repeating: 0, count: 15) + [0])
  static let scan = segment(0xDA, [1, 1, 0, 0, 63, 0])
  static let entropyCoded: [UInt8] = [0x12, 0xFF, 0x00, 0x34]

  static func segment(_ marker: UInt8, _ content: [UInt8]) -> [UInt8] {
    let length = content.count + 2
    return [0xFF, marker, UInt8(length >> 8), UInt8(length & 0xFF)] + content
  }

  /// A frame header of one component.
  static func frame(_ width: Int, _ height: Int, marker: UInt8 = 0xC0, precision: UInt8 = 8) -> [UInt8] {
    segment(
      marker,
      [precision, UInt8(height >> 8), UInt8(height & 0xFF), UInt8(width >> 8), UInt8(width & 0xFF), 1, 1, 0x11, 0])
  }

  /// A whole greyscale image of 5 × 3 pixels, with something more between its segments.
  static func image(header: [UInt8] = [], beforeScan: [UInt8] = [], afterScan: [UInt8] = []) -> [UInt8] {
    start + header + quantizationTable + frame(5, 3) + huffmanTable + beforeScan + scan + entropyCoded + afterScan + end
  }

  static func exif(_ tiff: [UInt8]) -> [UInt8] { segment(0xE1, Array("Exif\0\0".utf8) + tiff) }
}
