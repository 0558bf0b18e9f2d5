internal import Digests

/// The chunk that is being read (PNG third edition, 5.3).
struct PNGChunk: Sendable {
  /// Offset of its length.
  let start: UInt64
  /// How many bytes of data it has.
  let length: Int
  /// Its type as it stands in the file.
  let typeCode: UInt32
  /// Nil where the type is none that matters to rendering.
  let type: PNGChunkType?
  /// Whether the type is four ASCII letters, as every type that anybody has defined.
  let hasSoundType: Bool
  /// How many bytes of data are still to come.
  private(set) var remaining: Int
  /// The first `type.dataNeeded` of them.
  private(set) var data: [UInt8] = []
  /// Where its data ends that is of any use, if that is known to be before the end of the chunk.
  private(set) var cut: Cut?
  private var crc = CRC32()

  /// A place in the data of a chunk.
  struct Cut: Sendable {
    /// How many bytes of data are before it.
    let length: Int
    /// The checksum of a chunk that ends there.
    let checksum: UInt32
  }

  /// - Parameter fields: the four bytes of its length and the four of its type.
  /// - Throws: `chunkLength`; `chunkType` for a critical chunk whose type is not four letters.
  init(fields: [UInt8], start: UInt64) throws(Corruption) {
    let length = fields.bigEndian32(at: 0)
    guard length <= Int32.max else { throw .chunkLength }
    hasSoundType = fields[4..<8].allSatisfy { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
    // Decoders look at the fifth bit only, also of a byte that is no letter.
    guard hasSoundType || fields[4] & 0x20 != 0 else { throw .chunkType }
    self.start = start
    self.length = Int(length)
    remaining = Int(length)
    typeCode = fields.bigEndian32(at: 4)
    type = PNGChunkType(rawValue: typeCode)
    crc.update(fields.span.extracting(4..<8))
  }

  /// Whether a decoder that does not know the type has to give up.
  var isCritical: Bool { typeCode & 0x2000_0000 == 0 }

  /// The checksum that must follow, over the type and all data so far.
  var checksum: UInt32 { crc.value }

  /// Takes bytes of the data, at most `remaining`.
  mutating func take(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    crc.update(bytes.extracting(range))
    data.append(bytes, range, upTo: type?.dataNeeded ?? 0)
    remaining -= range.count
  }

  /// Notes that what follows the data so far is of no use.
  mutating func cutHere() {
    if cut == nil { cut = Cut(length: length - remaining, checksum: checksum) }
  }

  /// A whole chunk around `data`, which has fewer than 2³¹ bytes.
  static func bytes(_ type: PNGChunkType, _ data: [UInt8]) -> [UInt8] {
    let checked = type.rawValue.bigEndianBytes + data
    return UInt32(truncatingIfNeeded: data.count).bigEndianBytes + checked + CRC32.checksum(of: checked).bigEndianBytes
  }
}
