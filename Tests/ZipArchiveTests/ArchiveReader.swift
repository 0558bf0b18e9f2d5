/// A strict reader of what this project writes: every field that the specification fixes is checked, and a central
/// header must agree with its local one. Reads through a closure, so that an archive may be larger than memory.
struct ArchiveReader {
  struct Entry: Equatable {
    var name: [UInt8]
    var checksum: UInt32
    var method: UInt16
    var flags: UInt16
    var versionNeeded: UInt16
    var localVersionNeeded: UInt16
    var size: UInt64
    var compressedSize: UInt64
    var localOffset: UInt64
    var contentOffset: UInt64
    var externalAttributes: UInt32
    var date: UInt16
    var time: UInt16
    var timestamp: UInt32?
    /// Number of 8-byte values in the ZIP64 extra field.
    var localZip64Values: Int
    var centralZip64Values: Int
  }

  struct Malformed: Error {
    let reason: String
  }

  let length: UInt64
  let read: (Range<UInt64>) -> [UInt8]

  private func require(_ condition: Bool, _ reason: String) throws {
    if !condition { throw Malformed(reason: reason) }
  }

  /// Whether the archive has ZIP64 end records, and its entries.
  func entries() throws -> (isZip64: Bool, entries: [Entry]) {
    let end = read(length - 22..<length)
    try require(end.value(at: 0) == 0x0605_4b50 as UInt32, "end signature")
    try require(end.value(at: 4) == 0 as UInt32 && end.value(at: 20) == 0 as UInt16, "disks, comment")
    try require(end.value(at: 8, as: UInt16.self) == end.value(at: 10), "counts differ")
    var count = UInt64(end.value(at: 10, as: UInt16.self))
    var directoryLength = UInt64(end.value(at: 12, as: UInt32.self))
    var directoryOffset = UInt64(end.value(at: 16, as: UInt32.self))
    let isZip64 = count == 0xFFFF || directoryLength == 0xFFFF_FFFF || directoryOffset == 0xFFFF_FFFF
    var directoryEnd = length - 22
    if isZip64 {
      let locator = read(directoryEnd - 20..<directoryEnd)
      try require(locator.value(at: 0) == 0x0706_4b50 as UInt32, "locator signature")
      try require(locator.value(at: 16) == 1 as UInt32, "number of disks")
      let recordOffset = locator.value(at: 8, as: UInt64.self)
      try require(recordOffset == directoryEnd - 76, "locator's offset")
      let record = read(recordOffset..<recordOffset + 56)
      try require(record.value(at: 0) == 0x0606_4b50 as UInt32, "ZIP64 end signature")
      try require(record.value(at: 4) == 44 as UInt64, "ZIP64 end size")
      try require(record.value(at: 14) == 45 as UInt16, "ZIP64 end version needed")
      try require(record.value(at: 24, as: UInt64.self) == record.value(at: 32), "ZIP64 counts differ")
      let full = [record.value(at: 32, as: UInt64.self), record.value(at: 40), record.value(at: 48)]
      try require(
        count == min(full[0], 0xFFFF) && directoryLength == min(full[1], 0xFFFF_FFFF)
          && directoryOffset == min(full[2], 0xFFFF_FFFF), "end field is neither the value nor all ones")
      (count, directoryLength, directoryOffset) = (full[0], full[1], full[2])
      directoryEnd = recordOffset
    }
    try require(directoryOffset + directoryLength == directoryEnd, "directory does not end at the end records")

    var entries: [Entry] = []
    var position = directoryOffset
    var localPosition: UInt64 = 0
    while position < directoryEnd {
      let (entry, next) = try entry(at: position)
      try require(entry.localOffset == localPosition, "gap before a local header")
      localPosition = entry.contentOffset + entry.compressedSize
      entries.append(entry)
      position = next
    }
    try require(position == directoryEnd && entries.count == Int(count), "number of entries")
    try require(localPosition == directoryOffset, "gap before the directory")
    return (isZip64, entries)
  }

  private func entry(at position: UInt64) throws -> (Entry, next: UInt64) {
    let fixed = read(position..<position + 46)
    try require(fixed.value(at: 0) == 0x0201_4b50 as UInt32, "central signature")
    let nameLength = Int(fixed.value(at: 28, as: UInt16.self))
    let extraLength = Int(fixed.value(at: 30, as: UInt16.self))
    try require(fixed.value(at: 5) == 3 as UInt8, "made by")
    try require(fixed.value(at: 32) == 0 as UInt32 && fixed.value(at: 36) == 0 as UInt16, "comment, disk, attributes")
    let next = position + 46 + UInt64(nameLength + extraLength)
    let tail = read(position + 46..<next)
    let size = fixed.value(at: 24, as: UInt32.self)
    let compressedSize = fixed.value(at: 20, as: UInt32.self)
    let offset = fixed.value(at: 42, as: UInt32.self)
    let extra = try ExtraFields([UInt8](tail[nameLength...]))
    var values = extra.zip64[...]
    func full(_ base: UInt32) throws -> UInt64 {
      guard base == .max else { return UInt64(base) }
      guard let value = values.popFirst(), value >= UInt64(UInt32.max) else { throw Malformed(reason: "ZIP64 value") }
      return value
    }
    var entry = Entry(
      name: [UInt8](tail[..<nameLength]), checksum: fixed.value(at: 16), method: fixed.value(at: 10),
      flags: fixed.value(at: 8), versionNeeded: fixed.value(at: 6), localVersionNeeded: 0,
      size: try full(size), compressedSize: try full(compressedSize), localOffset: try full(offset), contentOffset: 0,
      externalAttributes: fixed.value(at: 38), date: fixed.value(at: 14), time: fixed.value(at: 12),
      timestamp: extra.timestamp, localZip64Values: 0, centralZip64Values: extra.zip64.count)
    try require(values.isEmpty, "ZIP64 value whose base field is not all ones")
    try readLocalHeader(of: &entry)
    return (entry, next)
  }

  private func readLocalHeader(of entry: inout Entry) throws {
    let start = entry.localOffset
    let fixed = read(start..<start + 30)
    try require(fixed.value(at: 0) == 0x0403_4b50 as UInt32, "local signature")
    let nameLength = UInt64(fixed.value(at: 26, as: UInt16.self))
    let extraLength = UInt64(fixed.value(at: 28, as: UInt16.self))
    let tail = read(start + 30..<start + 30 + nameLength + extraLength)
    let extra = try ExtraFields([UInt8](tail[Int(nameLength)...]))
    try require([UInt8](tail[..<Int(nameLength)]) == entry.name, "names differ")
    try require(
      fixed.value(at: 6) == entry.flags && fixed.value(at: 8) == entry.method && fixed.value(at: 10) == entry.time
        && fixed.value(at: 12) == entry.date && fixed.value(at: 14) == entry.checksum, "headers differ")
    try require(extra.timestamp == entry.timestamp, "timestamps differ")
    let base = [fixed.value(at: 22, as: UInt32.self), fixed.value(at: 18, as: UInt32.self)]
    if extra.zip64.isEmpty {
      try require(base.map(UInt64.init) == [entry.size, entry.compressedSize], "sizes differ")
      try require(!base.contains(.max), "local ZIP64 information is missing")
    } else {
      try require(base == [.max, .max] && extra.zip64 == [entry.size, entry.compressedSize], "local ZIP64 sizes")
    }
    entry.localVersionNeeded = fixed.value(at: 4)
    entry.localZip64Values = extra.zip64.count
    entry.contentOffset = start + 30 + nameLength + extraLength
  }
}

/// The two extra fields in use: ZIP64 information, which must come first, and the timestamp.
private struct ExtraFields {
  var zip64: [UInt64] = []
  var timestamp: UInt32?

  init(_ bytes: [UInt8]) throws {
    var position = 0
    while position < bytes.count {
      let length = Int(bytes.value(at: position + 2, as: UInt16.self))
      switch bytes.value(at: position, as: UInt16.self) {
      case 0x0001 where position == 0 && length % 8 == 0:
        zip64 = stride(from: 4, to: 4 + length, by: 8).map { bytes.value(at: $0) }
      case 0x5455 where length == 5 && bytes[position + 4] == 1:
        timestamp = bytes.value(at: position + 5)
      default: throw ArchiveReader.Malformed(reason: "extra field at \(position)")
      }
      position += 4 + length
    }
  }
}
