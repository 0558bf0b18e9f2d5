import ImageStructure
import RandomFixture
import Testing

/// What stands behind the last code of a scan, where no decoder reads it.
@Suite struct JPEGScanTailTests {
  /// But for the one that has fill bytes where a remainder would be.
  private static let jpegs = CorpusImage.all.filter { $0.name.hasSuffix(".jpg") && !$0.name.contains("stray-bytes") }
  /// Those whose codes can be followed: sequential ones in Huffman codes.
  private static let sequential = jpegs.filter { image in
    !["progressive", "arithmetic", "interlaced", "little-endian-exif"].contains { image.name.contains($0) }
  }

  private static func follow(_ bytes: [UInt8], pieceSize: Int = .max) throws -> ImageStructure {
    try ImageStructure.parse(bytes, pieceSize: pieceSize, followsScans: true)
  }

  @Test(arguments: jpegs)
  func codesOfAWholePictureEndWhereItsDataEnds(_ image: CorpusImage) throws {
    let bytes = try image.bytes
    #expect(try Self.follow(bytes) == ImageStructure.parse(bytes))
  }

  static let text = [UInt8](String(repeating: "PRIVATE REMAINDER ", count: 9).utf8)
  static let remainders: [[UInt8]] = [
    text, [UInt8](repeating: 0, count: 300), [0x12], [UInt8](repeating: 0xA7, count: 5_000), [0xFF, 0, 0xFF, 0, 1],
    text + [0xFF, 0xD0] + text,
  ]

  @Test(arguments: sequential)
  func remainderBehindTheLastCodeGoes(_ image: CorpusImage) throws {
    let clean = try image.bytes
    let whole = try ImageStructure.parse(clean)
    let end = Int(whole.end) - 2
    for remainder in Self.remainders {
      let bytes = clean[..<end] + remainder + JPEGBytes.end
      for pieceSize in [1, 13, Int.max] {
        let structure = try Self.follow(Array(bytes), pieceSize: pieceSize)
        #expect(structure.stored(of: Array(bytes)) == whole.stored(of: clean))
      }
    }
  }

  @Test(arguments: sequential)
  func dataThatEndsOddlyIsNoticed(_ image: CorpusImage) throws {
    let clean = try image.bytes
    let end = try Int(ImageStructure.parse(clean).end) - 2
    for remainder in [Self.text, [UInt8](repeating: 0, count: 24), [UInt8](repeating: 0xA7, count: 9_000)] {
      let bytes = Array(clean[..<end] + remainder + JPEGBytes.end)
      for pieceSize in [1, 7, 100, Int.max] {
        #expect(try ImageStructure.parse(bytes, pieceSize: pieceSize).isTailOdd)
      }
    }
  }

  @Test(arguments: sequential)
  func damagedCodesAreLeftAlone(_ image: CorpusImage) throws {
    let clean = try image.bytes
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<200 {
      var bytes = clean
      bytes[Int.random(in: bytes.indices, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      guard let structure = try? Self.follow(bytes) else { continue }
      #expect(try Self.follow(bytes, pieceSize: 5) == structure)
    }
  }
}
