/// Builds the TIFF structures that EXIF blocks hold.
enum TIFFBytes {
  struct Entry {
    let tag: UInt16
    let type: UInt16
    let count: UInt32
    /// The four bytes of value or offset, in file order.
    let value: [UInt8]
  }

  static func structure(bigEndian: Bool, directoryAt offset: UInt32 = 8, _ entries: [Entry]) -> [UInt8] {
    func bytes(_ number: some FixedWidthInteger & UnsignedInteger) -> [UInt8] {
      let count = number.bitWidth / 8
      let little = (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
      return bigEndian ? little.reversed() : little
    }
    var result =
      Array((bigEndian ? "MM" : "II").utf8) + bytes(UInt16(42)) + bytes(offset) + bytes(UInt16(entries.count))
    for entry in entries { result += bytes(entry.tag) + bytes(entry.type) + bytes(entry.count) + entry.value }
    return result + [0, 0, 0, 0]
  }

  static func orientation(_ value: UInt8, bigEndian: Bool) -> Entry {
    Entry(tag: 0x0112, type: 3, count: 1, value: bigEndian ? [0, value, 0, 0] : [value, 0, 0, 0])
  }

  static let maker = Entry(tag: 0x010F, type: 2, count: 4, value: Array("ACM\0".utf8))
}
