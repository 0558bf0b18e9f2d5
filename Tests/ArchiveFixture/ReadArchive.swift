import CZlib

/// A member as it is found in an archive.
public struct ReadMember: Equatable, Sendable {
  /// Its path in the archive.
  public var name: String
  /// Its content, inflated.
  public var content: [UInt8]
  /// 0 for stored, 8 for deflated.
  public var method: UInt16
  /// The mode of the file, of a Unix system.
  public var mode: UInt32
  /// The modification time, in seconds since 1970.
  public var time: UInt32
}

/// What is wrong with an archive.
public struct MalformedArchive: Error, CustomStringConvertible {
  /// Which of its parts is wrong.
  public let description: String
}

/// Reads an archive by its local headers, as from a stream, and requires that the central directory agrees.
/// - Throws: `MalformedArchive` for whatever a strict reader would refuse.
public func readArchive(_ bytes: [UInt8]) throws(MalformedArchive) -> [ReadMember] {
  var members: [ReadMember] = []
  var position = 0
  var offsets: [UInt32] = []
  while bytes.number(at: position) == 0x0403_4b50 as UInt32 {
    offsets.append(UInt32(position))
    let nameStart = position + 30
    let nameEnd = nameStart + Int(bytes.number(at: position + 26, as: UInt16.self))
    let start = nameEnd + Int(bytes.number(at: position + 28, as: UInt16.self))
    let end = start + Int(bytes.number(at: position + 18, as: UInt32.self))
    try require(end <= bytes.count, "a member goes on behind the end")
    let method = bytes.number(at: position + 8, as: UInt16.self)
    let size = Int(bytes.number(at: position + 22, as: UInt32.self))
    let content = method == 0 ? [UInt8](bytes[start..<end]) : try inflated([UInt8](bytes[start..<end]), size: size)
    try require(content.count == size, "a size is wrong")
    let checksum = bytes.number(at: position + 14, as: UInt32.self)
    try require(UInt32(crc32(0, content, UInt32(content.count))) == checksum, "a checksum is wrong")
    members.append(
      ReadMember(
        name: String(decoding: bytes[nameStart..<nameEnd], as: UTF8.self), content: content, method: method, mode: 0,
        time: bytes.number(at: nameEnd + 5)))
    position = end
  }
  for (index, offset) in offsets.enumerated() {
    try require(bytes.number(at: position) == 0x0201_4b50 as UInt32, "a central header is missing")
    try require(bytes.number(at: position + 42) == offset, "an offset is wrong")
    // What both headers have: from the flags to the length of the name.
    let central = bytes[(position + 10)...].prefix(18)
    let local = bytes[(Int(offset) + 8)...].prefix(18)
    try require(Array(central) == Array(local), "headers differ")
    members[index].mode = bytes.number(at: position + 38) >> 16
    let nameEnd = position + 46 + Int(bytes.number(at: position + 28, as: UInt16.self))
    try require(
      String(decoding: bytes[(position + 46)..<nameEnd], as: UTF8.self) == members[index].name, "names differ")
    position = nameEnd + Int(bytes.number(at: position + 30, as: UInt16.self))
  }
  try require(bytes.number(at: position) == 0x0605_4b50 as UInt32, "the end record is missing")
  try require(bytes.number(at: position + 10) == UInt16(members.count), "the number of members is wrong")
  try require(bytes.count == position + 22, "something follows the end record")
  return members
}

/// The content of a raw deflate stream.
public func inflated(_ bytes: [UInt8], size: Int) throws(MalformedArchive) -> [UInt8] {
  var stream = z_stream()
  var output = [UInt8](repeating: 0, count: size + 1)
  try require(
    inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK, "zlib is not there")
  defer { inflateEnd(&stream) }
  let status = bytes.withUnsafeBufferPointer { source in
    output.withUnsafeMutableBufferPointer { target in
      stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
      stream.avail_in = UInt32(source.count)
      stream.next_out = target.baseAddress
      stream.avail_out = UInt32(target.count)
      return inflate(&stream, Z_FINISH)
    }
  }
  try require(status == Z_STREAM_END && stream.avail_in == 0, "a deflate stream does not end")
  return [UInt8](output.prefix(Int(stream.total_out)))
}

private func require(_ condition: Bool, _ problem: String) throws(MalformedArchive) {
  guard condition else { throw MalformedArchive(description: problem) }
}

extension [UInt8] {
  fileprivate func number<T: FixedWidthInteger>(at offset: Int, as type: T.Type = T.self) -> T {
    guard offset + T.bitWidth / 8 <= count else { return 0 }
    return (0..<T.bitWidth / 8).reversed().reduce(0) { $0 << 8 | T(truncatingIfNeeded: self[offset + $1]) }
  }
}
