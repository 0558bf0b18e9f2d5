/// Reads the numbers of a TIFF structure in its own byte order; nil wherever an offset points outside.
struct TIFFReader {
  private let bytes: ArraySlice<UInt8>
  private let isBigEndian: Bool

  /// - Returns: nil where `bytes` do not start with a byte-order mark.
  init?(_ bytes: ArraySlice<UInt8>) {
    switch bytes.prefix(2) {
    case [0x4D, 0x4D]: isBigEndian = true
    case [0x49, 0x49]: isBigEndian = false
    default: return nil
    }
    self.bytes = bytes
  }

  /// The SHORT at `offset`, which is never negative.
  func short(at offset: Int) -> Int? {
    guard offset <= bytes.count - 2 else { return nil }
    let first = Int(bytes[bytes.startIndex + offset])
    let second = Int(bytes[bytes.startIndex + offset + 1])
    return isBigEndian ? first << 8 | second : second << 8 | first
  }

  /// The LONG at `offset`, which is never negative.
  func long(at offset: Int) -> Int? {
    guard let first = short(at: offset), let second = short(at: offset + 2) else { return nil }
    return isBigEndian ? first << 16 | second : second << 16 | first
  }
}
