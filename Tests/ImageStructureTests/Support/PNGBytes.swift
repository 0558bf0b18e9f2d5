/// Pieces to build PNG files from.
enum PNGBytes {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  /// A whole zlib stream.
  static let stream: [UInt8] = [0x78, 0x9C, 0x63, 0, 0, 0, 2, 0, 1]
  static let data = chunk("IDAT", stream)
  static let end = chunk("IEND", [])
  static let palette = chunk("PLTE", [1, 2, 3, 4, 5, 6])

  static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let checked = Array(type.utf8) + data
    return bigEndian(UInt32(data.count)) + checked + bigEndian(checksum(checked))
  }

  static func header(
    _ width: UInt32 = 5, _ height: UInt32 = 3, depth: UInt8 = 8, colourType: UInt8 = 2, compression: UInt8 = 0,
    filter: UInt8 = 0, interlace: UInt8 = 0
  ) -> [UInt8] {
    chunk("IHDR", bigEndian(width) + bigEndian(height) + [depth, colourType, compression, filter, interlace])
  }

  /// A whole image of 5 × 3 pixels, with something more between its chunks.
  static func image(colourType: UInt8 = 2, beforeData: [UInt8] = [], afterData: [UInt8] = []) -> [UInt8] {
    signature + header(colourType: colourType) + beforeData + data + afterData + end
  }

  static func bigEndian(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  /// CRC-32 bit by bit, as the specification words it.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB8_8320 }
    }
    return ~crc
  }

  /// Puts the checksum of every whole chunk right, if this is a PNG at all.
  static func repairChecksums(_ bytes: inout [UInt8]) {
    guard bytes.starts(with: signature) else { return }
    var position = signature.count
    while bytes.count - position >= 12 {
      let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - position - 12 else { return }
      let checksumStart = position + 8 + length
      bytes.replaceSubrange(
        checksumStart..<checksumStart + 4, with: bigEndian(checksum(Array(bytes[position + 4..<checksumStart]))))
      position = checksumStart + 4
    }
  }
}
