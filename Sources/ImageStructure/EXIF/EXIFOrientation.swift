/// EXIF's Orientation, the one property of an EXIF block that changes how a picture looks (EXIF 2.32, 4.6.4 A).
enum EXIFOrientation {
  private static let tag = 0x0112
  private static let short = 3
  private static let entrySize = 12

  /// Reads Orientation out of a TIFF structure of unknown worth.
  ///
  /// Only IFD0 is looked at, as browsers do; its offsets may point anywhere.
  /// - Parameter tiff: from the byte-order mark on. It may be cut: what lies beyond it is not read.
  /// - Returns: 1 to 8, the first there is, or nil where none is a single SHORT in that range.
  static func read(tiff: ArraySlice<UInt8>) -> UInt8? {
    guard let reader = TIFFReader(tiff), reader.short(at: 2) == 42, let directory = reader.long(at: 4),
      let count = reader.short(at: directory)
    else { return nil }
    for index in 0..<count {
      let entry = directory + 2 + index * entrySize
      guard let entryTag = reader.short(at: entry) else { return nil }
      guard entryTag == tag else { continue }
      guard reader.short(at: entry + 2) == short, reader.long(at: entry + 4) == 1,
        let value = reader.short(at: entry + 8), (1...8).contains(value)
      else { continue }
      return UInt8(value)
    }
    return nil
  }

  /// The smallest TIFF structure that states an orientation: an IFD0 of one entry.
  static func minimalTIFF(_ orientation: UInt8) -> [UInt8] {
    [
      0x4D, 0x4D, 0x00, 0x2A, 0x00, 0x00, 0x00, 0x08,  // big-endian, IFD0 at 8
      0x00, 0x01,  // one entry
      0x01, 0x12, 0x00, 0x03, 0x00, 0x00, 0x00, 0x01, 0x00, orientation, 0x00, 0x00,
      0x00, 0x00, 0x00, 0x00,  // no next IFD
    ]
  }
}
