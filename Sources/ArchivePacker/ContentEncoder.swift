internal import Digests
internal import ZipArchive

/// What came of the content of a file.
struct EncodedContent: Equatable {
  /// CRC-32 of the content.
  var checksum: UInt32
  /// How it is held in the archive, and how long it is there.
  var compression: ArchiveCompression

  var isDeflated: Bool { compression != .stored }
}

/// Turns the content of a file into the bytes that stand for it in the archive.
struct ContentEncoder: ~Copyable {
  /// Files up to this size are tried; of larger ones a sample of this size is, spread evenly.
  static let sampleSize = 1 << 20
  private static let samplePieces = 16

  private let level: Int32
  private var deflater: Deflater

  /// - Parameter level: 0 to store everything, 1…9 for zlib.
  init(level: Int32) {
    self.level = level
    deflater = Deflater(level: max(level, 1))
  }

  /// The most bytes that a Deflate stream may have to be worth the readers' time: 2 % fewer than the content.
  /// Pictures and films stay above that.
  private static func limit(for size: UInt64) -> UInt64 {
    size - (size + 49) / 50
  }

  /// Whether to try to deflate a file.
  mutating func isWorthDeflating(_ file: borrowing FileReader) throws(PackingError) -> Bool {
    let size = file.size
    guard level > 0, size > 0 else { return false }
    guard size > UInt64(Self.sampleSize) else { return true }
    var piece = [UInt8](repeating: 0, count: Self.sampleSize / Self.samplePieces)
    let stride = (size - UInt64(piece.count)) / UInt64(Self.samplePieces - 1)
    var sampled: UInt64 = 0
    var deflated: UInt64 = 0
    for index in 0..<UInt64(Self.samplePieces) {
      let count = try file.read(piece.count, at: index * stride, into: &piece)
      sampled += UInt64(count)
      deflater.restart()
      deflater.compress(piece.span.extracting(0..<count), isLast: true) { deflated += UInt64($0.count) }
    }
    return deflated <= Self.limit(for: sampled)
  }

  /// Encodes the content of a file.
  /// - Parameters:
  ///   - isDeflating: false to store it.
  ///   - progress: called with the number of bytes of each piece that was read.
  ///   - body: takes the encoded bytes.
  /// - Returns: what came of it. It is `.stored` also where the content did not shrink enough: what `body` was
  ///   given is of no use then.
  mutating func encode(
    _ file: borrowing FileReader, isDeflating: Bool, progress: (Int) -> Void,
    _ body: (Span<UInt8>) throws(PackingError) -> Void
  ) throws(PackingError) -> EncodedContent {
    let limit = Self.limit(for: file.size)
    var isDeflating = isDeflating
    var length: UInt64 = 0
    var checksum = CRC32()
    let wantsStored = !isDeflating
    deflater.restart()
    try file.forEachChunk { (chunk, isLast) throws(PackingError) in
      checksum.update(chunk)
      if wantsStored {
        try body(chunk)
      } else if isDeflating {
        try deflater.compress(chunk, isLast: isLast) { (piece) throws(PackingError) in
          length += UInt64(piece.count)
          if length <= limit { try body(piece) }
        }
        // From here on only the checksum is of interest.
        isDeflating = length <= limit
      }
      progress(chunk.count)
    }
    return EncodedContent(
      checksum: checksum.value, compression: isDeflating ? .deflated(compressedSize: length) : .stored)
  }
}
