import CZlib
import Testing

/// A member as it is found in an archive.
struct ReadMember: Equatable {
  var name: String
  var content: [UInt8]
  var method: UInt16
  var mode: UInt32
  var time: UInt32
}

/// Reads an archive by its local headers, as from a stream, and requires that the central directory agrees.
func readArchive(_ bytes: [UInt8]) throws -> [ReadMember] {
  var members: [ReadMember] = []
  var position = 0
  var offsets: [UInt32] = []
  while bytes.number(at: position) == 0x0403_4b50 as UInt32 {
    offsets.append(UInt32(position))
    let nameStart = position + 30
    let nameEnd = nameStart + Int(bytes.number(at: position + 26, as: UInt16.self))
    let start = nameEnd + Int(bytes.number(at: position + 28, as: UInt16.self))
    let end = start + Int(bytes.number(at: position + 18, as: UInt32.self))
    let method = bytes.number(at: position + 8, as: UInt16.self)
    let size = Int(bytes.number(at: position + 22, as: UInt32.self))
    let content = method == 0 ? [UInt8](bytes[start..<end]) : try inflated([UInt8](bytes[start..<end]), size: size)
    #expect(content.count == size)
    #expect(crc32(0, content, UInt32(content.count)) == bytes.number(at: position + 14, as: UInt32.self))
    members.append(
      ReadMember(
        name: String(decoding: bytes[nameStart..<nameEnd], as: UTF8.self), content: content, method: method, mode: 0,
        time: bytes.number(at: nameEnd + 5)))
    position = end
  }
  for (index, offset) in offsets.enumerated() {
    try #require(bytes.number(at: position) == 0x0201_4b50 as UInt32)
    #expect(bytes.number(at: position + 42) == offset)
    // What both headers have: from the flags to the length of the name.
    let central = bytes[(position + 10)...].prefix(18)
    let local = bytes[(Int(offset) + 8)...].prefix(18)
    #expect(Array(central) == Array(local))
    members[index].mode = bytes.number(at: position + 38) >> 16
    let nameEnd = position + 46 + Int(bytes.number(at: position + 28, as: UInt16.self))
    #expect(String(decoding: bytes[(position + 46)..<nameEnd], as: UTF8.self) == members[index].name)
    position = nameEnd + Int(bytes.number(at: position + 30, as: UInt16.self))
  }
  try #require(bytes.number(at: position) == 0x0605_4b50 as UInt32)
  #expect(bytes.number(at: position + 10) == UInt16(members.count))
  #expect(bytes.count == position + 22)
  return members
}

func inflated(_ bytes: [UInt8], size: Int) throws -> [UInt8] {
  var stream = z_stream()
  var output = [UInt8](repeating: 0, count: size + 1)
  try #require(inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK)
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
  try #require(status == Z_STREAM_END && stream.avail_in == 0)
  return [UInt8](output.prefix(Int(stream.total_out)))
}

extension [UInt8] {
  fileprivate func number<T: FixedWidthInteger>(at offset: Int, as type: T.Type = T.self) -> T {
    guard offset + T.bitWidth / 8 <= count else { return 0 }
    return (0..<T.bitWidth / 8).reversed().reduce(0) { $0 << 8 | T(truncatingIfNeeded: self[offset + $1]) }
  }
}
