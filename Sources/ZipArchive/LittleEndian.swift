extension [UInt8] {
  /// Appends an integer with its lowest byte first, as every field of a zip archive is (APPNOTE 4.4.1.2).
  mutating func append(littleEndian value: some FixedWidthInteger & UnsignedInteger) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}
