/// The image header, IHDR (PNG third edition, 11.2.1).
struct PNGHeader: Sendable {
  enum ColourType: UInt8, Sendable {
    case greyscale = 0
    case truecolour = 2
    case indexed = 3
    case greyscaleAlpha = 4
    case truecolourAlpha = 6
  }

  static let length = 13

  let width: Int
  let height: Int
  let colourType: ColourType

  /// - Parameter data: the chunk's 13 bytes.
  /// - Throws: `imageHeader`, also for a size over 2³¹−1. A size of zero is left to the caller.
  init(_ data: [UInt8]) throws(Corruption) {
    guard data.count == Self.length, let colourType = ColourType(rawValue: data[9]) else { throw .imageHeader }
    let depths: [UInt8] =
      switch colourType {
      case .greyscale: [1, 2, 4, 8, 16]
      case .indexed: [1, 2, 4, 8]
      case .truecolour, .greyscaleAlpha, .truecolourAlpha: [8, 16]
      }
    let (width, height) = (data.bigEndian32(at: 0), data.bigEndian32(at: 4))
    let (compression, filter, interlace) = (data[10], data[11], data[12])
    guard depths.contains(data[8]), compression == 0, filter == 0, interlace <= 1,
      width <= Int32.max, height <= Int32.max
    else { throw .imageHeader }
    self.width = Int(width)
    self.height = Int(height)
    self.colourType = colourType
  }
}
