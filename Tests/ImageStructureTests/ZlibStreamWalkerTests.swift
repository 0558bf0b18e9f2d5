import CZlib
import RandomFixture
import Testing

@testable import ImageStructure

@Suite struct ZlibStreamWalkerTests {
  /// Feeds bytes in pieces.
  /// - Returns: how many of them belong to the stream, and the walker.
  private func walk(_ bytes: [UInt8], pieceSize: Int = .max) -> (used: Int, walker: ZlibStreamWalker) {
    var walker = ZlibStreamWalker()
    var (position, used) = (0, 0)
    while position < bytes.count {
      let end = position + min(pieceSize, bytes.count - position)
      used += walker.consume(bytes.span, position..<end)
      position = end
    }
    return (used, walker)
  }

  /// What zlib makes of bytes; `strategy` is one of its `Z_` constants.
  private func deflated(_ bytes: [UInt8], level: Int32, strategy: Int32, memory: Int32 = 8) -> [UInt8] {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    #expect(deflateInit2_(&stream, level, Z_DEFLATED, 15, memory, strategy, ZLIB_VERSION, size) == Z_OK)
    defer { deflateEnd(&stream) }
    var (input, output) = (bytes, [UInt8](repeating: 0, count: bytes.count * 2 + 1_000))
    let count = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        #expect(deflate(&stream, Z_FINISH) == Z_STREAM_END)
        return Int(stream.total_out)
      }
    }
    return Array(output[..<count])
  }

  private static func contents(_ generator: inout SeededGenerator) -> [UInt8] {
    let count = Int.random(in: 0...6_000, using: &generator)
    let alphabet = UInt8.random(in: 0...255, using: &generator)
    var bytes: [UInt8] = []
    while bytes.count < count {
      let repeats = Bool.random(using: &generator) && !bytes.isEmpty
      if repeats {
        let start = Int.random(in: bytes.indices, using: &generator)
        bytes += bytes[start...].prefix(Int.random(in: 1...300, using: &generator))
      } else {
        bytes.append(UInt8.random(in: 0...alphabet, using: &generator))
      }
    }
    return bytes
  }

  @Test(arguments: [Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED], [0, 1, 6, 9] as [Int32])
  func streamOfZlibEndsWhereItEnds(strategy: Int32, level: Int32) {
    var generator = SeededGenerator(seed: UInt64(strategy * 10 + level))
    for round in 0..<12 {
      let content = Self.contents(&generator)
      // Little memory makes many blocks.
      let stream = deflated(content, level: level, strategy: strategy, memory: round.isMultiple(of: 2) ? 2 : 8)
      let tail = [UInt8](repeating: UInt8(round), count: Int.random(in: 0...20, using: &generator))
      for pieceSize in [1, 2, 7, Int.random(in: 3...900, using: &generator), Int.max] {
        let (used, walker) = walk(stream + tail, pieceSize: pieceSize)
        #expect(walker.hasEnded && walker.isWhole)
        #expect(used == stream.count)
        #expect(walker.inflatedLength == UInt64(content.count))
      }
    }
  }

  @Test func streamThatIsCutHasNoEnd() {
    var generator = SeededGenerator(seed: 5)
    let stream = deflated(Self.contents(&generator), level: 6, strategy: Z_DEFAULT_STRATEGY)
    for length in 0..<stream.count {
      let (used, walker) = walk(Array(stream[..<length]))
      #expect(!walker.hasEnded)
      #expect(used == length)
      #expect(walker.isWhole == (length >= stream.count - 4))
    }
  }

  static let broken: [Sample] = [
    Sample("another method", [0x77, 0x85, 1, 0, 0, 0xFF, 0xFF]),
    Sample("a dictionary", [0x78, 0xBB, 1, 2, 3, 4]),
    Sample("header whose check is wrong", [0x78, 0x9D, 0x63, 0, 0]),
    Sample("block of the reserved type", [0x78, 0x9C, 0x07, 0, 0]),
    Sample("stored length whose complement is wrong", [0x78, 0x9C, 1, 5, 0, 5, 0]),
    Sample("copy from before the beginning", [0x78, 0x9C, 0x4B, 0x04, 0x11, 0, 0]),
    Sample("code with too many codes", [0x78, 0x9C, 0x05, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF]),
  ]

  @Test(arguments: broken)
  func whatIsNoStreamIsPassedOver(_ sample: Sample) {
    let (used, walker) = walk(sample.bytes + [UInt8](repeating: 7, count: 50))
    #expect(!walker.hasEnded && !walker.isWhole)
    #expect(used == sample.bytes.count + 50)
  }

  /// Making their tables would take far longer than reading them.
  @Test func streamOfManyTinyBlocksIsPassedOver() {
    // With least memory, zlib makes a block of every 128 bytes: 27 bytes long.
    let content = [UInt8](repeating: 0, count: 40_000)
    var stream = deflated(content, level: 6, strategy: Z_HUFFMAN_ONLY, memory: 1)
    let (used, walker) = walk(stream)
    #expect(used == stream.count && !walker.hasEnded)
    stream = deflated(content, level: 6, strategy: Z_HUFFMAN_ONLY)
    #expect(walk(stream).walker.hasEnded)
  }

  @Test func damagedStreamsNeverBreakTheWalker() {
    var generator = SeededGenerator(seed: 9)
    for _ in 0..<400 {
      var stream = deflated(Self.contents(&generator), level: 6, strategy: Z_DEFAULT_STRATEGY, memory: 2)
      for _ in 0..<3 {
        let offset = Int.random(in: stream.indices, using: &generator)
        stream[offset] = UInt8.random(in: 0...255, using: &generator)
      }
      let (used, walker) = walk(stream)
      #expect(used <= stream.count)
      let again = walk(stream, pieceSize: 3)
      #expect(again.used == used && again.walker.hasEnded == walker.hasEnded)
    }
  }
}
