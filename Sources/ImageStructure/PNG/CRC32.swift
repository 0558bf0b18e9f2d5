/// The CRC-32 of PNG (annex D), zlib and zip, taken eight bytes at a time ("slicing by 8").
struct CRC32: Sendable {
  /// Eight tables of 256: the n-th holds the remainders of a byte that is followed by n zero bytes.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var remainder = UInt32(byte)
      for _ in 0..<8 { remainder = remainder & 1 == 0 ? remainder >> 1 : remainder >> 1 ^ 0xEDB8_8320 }
      tables[byte] = remainder
    }
    for index in 256..<tables.count {
      let previous = tables[index - 256]
      tables[index] = previous >> 8 ^ tables[Int(previous & 0xFF)]
    }
    return tables
  }()

  private var remainder = UInt32.max

  /// The checksum of all bytes so far.
  var value: UInt32 { ~remainder }

  /// The checksum of `bytes`.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var crc = CRC32()
    crc.update(bytes.span, 0..<bytes.count)
    return crc.value
  }

  mutating func update(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    let table = Self.tables
    let tables = table.span
    var crc = remainder
    var index = range.lowerBound
    while range.upperBound - index >= 8 {
      let low = crc ^ Self.littleEndian32(bytes, index)
      let high = Self.littleEndian32(bytes, index + 4)
      crc =
        tables[Int(low & 0xFF) + 7 * 256] ^ tables[Int(low >> 8 & 0xFF) + 6 * 256]
        ^ tables[Int(low >> 16 & 0xFF) + 5 * 256] ^ tables[Int(low >> 24) + 4 * 256]
      crc ^=
        tables[Int(high & 0xFF) + 3 * 256] ^ tables[Int(high >> 8 & 0xFF) + 2 * 256]
        ^ tables[Int(high >> 16 & 0xFF) + 256] ^ tables[Int(high >> 24)]
      index += 8
    }
    while index < range.upperBound {
      crc = crc >> 8 ^ tables[Int((crc ^ UInt32(bytes[index])) & 0xFF)]
      index += 1
    }
    remainder = crc
  }

  private static func littleEndian32(_ bytes: Span<UInt8>, _ index: Int) -> UInt32 {
    UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2]) << 16
      | UInt32(bytes[index + 3]) << 24
  }
}
