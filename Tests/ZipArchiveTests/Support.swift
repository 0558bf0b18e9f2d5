import ZipArchive

/// 2024-02-29 12:34:56 UTC.
let leapDay: Int64 = 1_709_210_096

func file(_ name: String, size: UInt64, time: Int64 = leapDay, mode: UInt32 = 0o100644) -> ArchiveMember {
  ArchiveMember(name: [UInt8](name.utf8), size: size, modificationTime: time, mode: mode)
}

func bytes(_ hex: String) -> [UInt8] {
  let digits = hex.filter { $0.isHexDigit }
  return stride(from: 0, to: digits.count, by: 2).compactMap { start in
    let from = digits.index(digits.startIndex, offsetBy: start)
    return UInt8(digits[from..<digits.index(from, offsetBy: 2)], radix: 16)
  }
}

/// Bit by bit, so that it shares nothing with the code it checks.
func crc32(_ bytes: [UInt8]) -> UInt32 {
  var crc = UInt32.max
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 {
      crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1
    }
  }
  return ~crc
}

/// The whole archive, from front to back: headers, contents, central directory.
func wholeArchive(_ layout: ArchiveLayout, contents: [[UInt8]], checksums: [UInt32]? = nil) -> [UInt8] {
  let checksums = checksums ?? contents.map(crc32)
  var archive: [UInt8] = []
  for index in 0..<layout.count {
    archive += layout.localHeader(of: index, checksum: checksums[index])
    archive += contents[index]
  }
  return archive + layout.centralDirectory(from: 0, to: .max) { checksums[$0] }
}

extension [UInt8] {
  func value<T: FixedWidthInteger & UnsignedInteger>(at offset: Int, as type: T.Type = T.self) -> T {
    var value: T = 0
    for index in (0..<T.bitWidth / 8).reversed() {
      value = value << 8 | T(self[offset + index])
    }
    return value
  }
}
