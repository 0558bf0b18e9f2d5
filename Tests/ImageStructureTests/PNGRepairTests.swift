import ImageStructure
import Testing

/// What is wrong with a PNG that browsers show, and can be left out of it without a change of its pixels.
@Suite struct PNGRepairTests {
  private static func damaged(_ type: String, _ data: [UInt8]) -> [UInt8] {
    var chunk = PNGBytes.chunk(type, data)
    chunk[chunk.count - 1] ^= 1
    return chunk
  }

  private func expectLeftOut(_ bytes: [UInt8], leaving clean: [UInt8]) throws {
    for pieceSize in [1, 5, Int.max] {
      let structure = try ImageStructure.parse(bytes, pieceSize: pieceSize)
      #expect(Set(structure.edits.map(\.content)) == [.stray])
      #expect(structure.stored(of: bytes) == clean)
      #expect(structure.stored(of: bytes, keepingMetadata: true) == clean)
      try expectSound(structure, of: bytes)
    }
  }

  @Test(arguments: ["tEXt", "gAMA", "sRGB", "iCCP", "pHYs", "eXIf", "tRNS", "cHRM", "vpAg", "tIME"])
  func ancillaryChunkWithAWrongChecksumIsLeftOut(type: String) throws {
    let chunk = Self.damaged(type, [1, 2, 3, 4, 5, 6])
    try expectLeftOut(PNGBytes.image(beforeData: chunk), leaving: PNGBytes.image())
    try expectLeftOut(PNGBytes.image(afterData: chunk), leaving: PNGBytes.image())
    let sound = PNGBytes.chunk("gAMA", [0, 0, 1, 1])
    try expectLeftOut(PNGBytes.image(beforeData: chunk + sound), leaving: PNGBytes.image(beforeData: sound))
  }

  @Test func everyBitOfItMayBeWrong() throws {
    let clean = PNGBytes.image()
    let bytes = PNGBytes.image(beforeData: PNGBytes.chunk("tEXt", [65, 0, 66]))
    for position in 41..<48 {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[position] ^= 1 << UInt8(bit)
        #expect(try ImageStructure.parse(damaged).stored(of: damaged, keepingMetadata: true) == clean)
      }
    }
  }

  @Test func imageDataThatIsTakenForSomethingElseIsMissed() {
    // One bit of a type makes an ancillary chunk of image data.
    let parts = [Array(PNGBytes.stream[..<3]), Array(PNGBytes.stream[3...])]
    let data = parts.flatMap { PNGBytes.chunk("IDAT", $0) }
    for offset in [37, 52] {
      var bytes = PNGBytes.signature + PNGBytes.header() + data + PNGBytes.end
      bytes[offset] ^= 0x20
      #expect(ImageStructure.outcome(of: bytes) == .failure(.corrupt(.chunkChecksum, at: UInt64(offset - 4))))
    }
  }

  @Test(arguments: ["s\u{1}IT", "a1bc", "t3Xt", "1bcd", "a bc", "ab\u{0}d", "tEX\u{7F}"])
  func ancillaryChunkWhoseTypeIsNoLettersIsLeftOut(type: String) throws {
    let chunk = PNGBytes.chunk(type, [9, 9])
    try expectLeftOut(PNGBytes.image(beforeData: chunk), leaving: PNGBytes.image())
    try expectLeftOut(PNGBytes.image(afterData: chunk), leaving: PNGBytes.image())
  }

  @Test(arguments: [
    PNGBytes.chunk("IEND", [1, 2, 3]), damaged("IEND", []), damaged("IEND", [1]), PNGBytes.chunk("IEND", [1]) + [1, 2],
  ])
  func endIsPutRight(end: [UInt8]) throws {
    let bytes = PNGBytes.image().dropLast(12) + end
    let structure = try ImageStructure.parse(Array(bytes))
    #expect(structure.stored(of: Array(bytes)) == PNGBytes.image())
    #expect(structure.stored(of: Array(bytes), keepingMetadata: true) == PNGBytes.image())
  }

  @Test func transparencyThatIsTooLongIsCut() throws {
    for (colourType, needed) in [(0, 2), (2, 6), (3, 2)] as [(UInt8, Int)] {
      let palette = colourType == 3 ? PNGBytes.palette : []
      let clean = PNGBytes.image(
        colourType: colourType, beforeData: palette + PNGBytes.chunk("tRNS", [UInt8](repeating: 7, count: needed)))
      for length in [needed + 1, 200, 256] {
        let long = PNGBytes.chunk("tRNS", [UInt8](repeating: 7, count: length))
        try expectLeftOut(PNGBytes.image(colourType: colourType, beforeData: palette + long), leaving: clean)
      }
      let longest = PNGBytes.chunk("tRNS", [UInt8](repeating: 7, count: 257))
      try expectLeftOut(
        PNGBytes.image(colourType: colourType, beforeData: palette + longest),
        leaving: PNGBytes.image(colourType: colourType, beforeData: palette))
    }
  }

  // MARK: Behind the end of the compressed data

  static let remainders: [[UInt8]] = [[0], [1, 2, 3], PNGBytes.stream, [UInt8](repeating: 0xA5, count: 5_000)]

  @Test(arguments: remainders)
  func bytesBehindTheCompressedDataGo(remainder: [UInt8]) throws {
    let clean = PNGBytes.image()
    let start = PNGBytes.signature + PNGBytes.header()
    try expectLeftOut(start + PNGBytes.chunk("IDAT", PNGBytes.stream + remainder) + PNGBytes.end, leaving: clean)
    try expectLeftOut(start + PNGBytes.data + PNGBytes.chunk("IDAT", remainder) + PNGBytes.end, leaving: clean)
    let split = PNGBytes.chunk("IDAT", Array(PNGBytes.stream[..<4]))
    let rest = Array(PNGBytes.stream[4...])
    try expectLeftOut(
      start + split + PNGBytes.chunk("IDAT", rest + remainder) + PNGBytes.chunk("IDAT", remainder) + PNGBytes.end,
      leaving: start + split + PNGBytes.chunk("IDAT", rest) + PNGBytes.end)
  }

  @Test(arguments: remainders)
  func bytesBehindAFramesDataGo(remainder: [UInt8]) throws {
    let control = PNGMetadataTests.frameControl
    func file(_ frames: [UInt8]) -> [UInt8] {
      PNGBytes.image(beforeData: PNGMetadataTests.animationControl + control, afterData: control + frames)
    }
    let (first, second) = ([0, 0, 0, 2] as [UInt8], [0, 0, 0, 3] as [UInt8])
    try expectLeftOut(
      file(PNGBytes.chunk("fdAT", first + PNGBytes.stream + remainder)),
      leaving: file(PNGBytes.chunk("fdAT", first + PNGBytes.stream)))
    // The sequence numbers stay without a gap.
    try expectLeftOut(
      file(PNGBytes.chunk("fdAT", first + PNGBytes.stream) + PNGBytes.chunk("fdAT", second + remainder)),
      leaving: file(PNGBytes.chunk("fdAT", first + PNGBytes.stream) + PNGBytes.chunk("fdAT", second)))
  }

  @Test func eachFrameHasAStreamOfItsOwn() throws {
    let control = PNGMetadataTests.frameControl
    let frame = control + PNGBytes.chunk("fdAT", [0, 0, 0, 2] + PNGBytes.stream)
    let bytes = PNGBytes.image(beforeData: PNGMetadataTests.animationControl + control, afterData: frame + frame)
    #expect(try ImageStructure.parse(bytes).edits.isEmpty)
  }

  @Test func dataThatIsNoStreamStaysAsItIs() throws {
    let bytes =
      PNGBytes.signature + PNGBytes.header() + PNGBytes.chunk("IDAT", [UInt8](repeating: 1, count: 90)) + PNGBytes.end
    #expect(try ImageStructure.parse(bytes).edits.isEmpty)
  }
}
