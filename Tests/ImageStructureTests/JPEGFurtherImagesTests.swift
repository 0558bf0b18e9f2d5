import ImageStructure
import Testing

/// Files of several images: two views, a preview, a gain map.
@Suite struct JPEGFurtherImagesTests {
  static let second = JPEGBytes.image(header: JPEGBytes.segment(0xE1, Array("gain map".utf8)))
  static let third = JPEGBytes.image()
  /// Bytes of `index` before the TIFF structure that offsets count from, and in all, for two further images.
  private static let headerLength = 8
  private static let indexLength = headerLength + 8 + 2 + 12 + 4 + 48

  private static func number(_ value: Int, bytes: Int, bigEndian: Bool) -> [UInt8] {
    let shifts = (0..<bytes).map { 8 * $0 }
    return (bigEndian ? shifts.reversed() : shifts).map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  /// The segment of a Multi-Picture index; offsets are those in the file.
  private static func index(_ images: [Range<Int>], at start: Int = 2, bigEndian: Bool = true) -> [UInt8] {
    func short(_ value: Int) -> [UInt8] { number(value, bytes: 2, bigEndian: bigEndian) }
    func long(_ value: Int) -> [UInt8] { number(value, bytes: 4, bigEndian: bigEndian) }
    var tiff: [UInt8] = bigEndian ? [0x4D, 0x4D] : [0x49, 0x49]
    tiff += short(42) + long(8) + short(1)
    tiff += short(0xB002) + short(7) + long(16 * (images.count + 1)) + long(26) + long(0)
    tiff += long(0x2003_0000) + long(1) + long(0) + [0, 0, 0, 0]
    for image in images {
      tiff += long(0) + long(image.count) + long(image.lowerBound - start - headerLength) + [0, 0, 0, 0]
    }
    return JPEGBytes.segment(0xE2, Array("MPF\0".utf8) + tiff)
  }

  /// A file of three images.
  private static func file(
    gap: [UInt8] = [], bigEndian: Bool = true, second: [UInt8] = second, move: Int = 0, beforeScan: [UInt8] = []
  ) -> (bytes: [UInt8], first: Int) {
    let firstLength = JPEGBytes.image(beforeScan: beforeScan).count + indexLength
    let secondStart = firstLength + gap.count + move
    let thirdStart = secondStart + second.count
    let index = index(
      [secondStart..<secondStart + second.count, thirdStart..<thirdStart + third.count], bigEndian: bigEndian)
    let first = JPEGBytes.image(header: index, beforeScan: beforeScan)
    return (first + gap + second + third, first.count)
  }

  @Test(arguments: [true, false], [[], [0, 0, 0]] as [[UInt8]])
  func furtherImagesStayWithTheMetadata(bigEndian: Bool, gap: [UInt8]) throws {
    let (bytes, first) = Self.file(gap: gap, bigEndian: bigEndian)
    #expect(first == JPEGBytes.image().count + Self.indexLength)
    for pieceSize in [1, 3, 100, Int.max] {
      let structure = try ImageStructure.parse(bytes + [1, 2, 3], pieceSize: pieceSize)
      #expect(structure.end == UInt64(first))
      #expect(structure.furtherImagesEnd == UInt64(bytes.count))
      #expect(structure.stored(of: bytes, keepingMetadata: true) == bytes)
      #expect(structure.stored(of: bytes) == JPEGBytes.image())
      try expectSound(structure, of: bytes)
    }
  }

  static let unsound: [Sample] = [
    Sample("the last is cut", Array(file().bytes.dropLast())),
    Sample("the last is missing", Array(file().bytes.dropLast(third.count))),
    Sample("something between them", file(gap: [0, 1]).bytes),
    Sample("the index points elsewhere", file(move: 1).bytes),
    Sample("the second is no JPEG", file(second: Array("<script>alert(1)</script>".utf8)).bytes),
    Sample("the second has stray bytes", file(second: JPEGBytes.image(header: [1, 2, 3])).bytes),
    Sample("the second is followed by something", file(second: second + [1]).bytes),
    Sample("bytes are left out before it", file(beforeScan: [1, 2, 3]).bytes),
  ]

  @Test(arguments: unsound)
  func imagesThatCannotStayGoWithTheirIndex(_ sample: Sample) throws {
    for pieceSize in [1, Int.max] {
      let structure = try ImageStructure.parse(sample.bytes, pieceSize: pieceSize)
      #expect(structure.furtherImagesEnd == nil)
      #expect(structure.stored(of: sample.bytes, keepingMetadata: true) == JPEGBytes.image())
      #expect(structure.stored(of: sample.bytes) == JPEGBytes.image())
    }
  }

  @Test func indexThatCannotBeReadGoes() throws {
    let whole = Self.index([500..<600, 600..<700])
    for length in 8..<whole.count {
      let segment = JPEGBytes.segment(0xE2, Array(whole[4..<length]))
      let bytes = JPEGBytes.image(header: segment + JPEGBytes.segment(0xFE, [1])) + Self.second
      let structure = try ImageStructure.parse(bytes)
      #expect(structure.furtherImagesEnd == nil)
      #expect(structure.stored(of: bytes, keepingMetadata: true).starts(with: JPEGBytes.start + [0xFF, 0xFE]))
    }
  }

  @Test func secondIndexMakesBothUseless() throws {
    let index = Self.index([200..<300])
    let structure = try ImageStructure.parse(JPEGBytes.image(header: index + index) + Self.second)
    #expect(structure.furtherImagesEnd == nil)
    #expect(structure.edits(keepingMetadata: true).map(\.content) == [.imageIndex])
  }
}
