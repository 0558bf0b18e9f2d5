import ImageStructure
import Testing

@Suite struct PNGStructureTests {
  @Test func smallestImageIsAccepted() throws {
    let bytes = PNGBytes.image()
    let structure = try ImageStructure.parse(bytes)
    #expect(structure.kind == .png)
    #expect(structure.width == 5)
    #expect(structure.height == 3)
    #expect(!structure.isAnimated)
    #expect(structure.edits.isEmpty)
    #expect(structure.end == UInt64(bytes.count))
  }

  @Test func onlyDepthsOfTheSpecificationAreAccepted() {
    let allowed: [UInt8: Set<UInt8>] = [
      0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16],
    ]
    for colourType in 0...7 as ClosedRange<UInt8> {
      for depth in 0...17 as ClosedRange<UInt8> {
        let header = PNGBytes.header(depth: depth, colourType: colourType)
        let outcome = ImageStructure.outcome(of: PNGBytes.signature + header)
        let isAllowed = allowed[colourType]?.contains(depth) ?? false
        #expect(outcome == .failure(isAllowed ? .truncated : .corrupt(.imageHeader, at: 8)))
      }
    }
  }

  @Test func paletteImageIsAcceptedWithItsPalette() throws {
    let bytes = PNGBytes.image(colourType: 3, beforeData: PNGBytes.palette + PNGBytes.chunk("tRNS", [0, 9]))
    #expect(try ImageStructure.parse(bytes).edits.isEmpty)
  }

  @Test func imageDataMayBeSplit() throws {
    for split in 0...PNGBytes.stream.count {
      let chunks = [[], Array(PNGBytes.stream[..<split]), Array(PNGBytes.stream[split...]), []].map {
        PNGBytes.chunk("IDAT", $0)
      }
      let bytes = PNGBytes.signature + PNGBytes.header() + chunks.flatMap { $0 } + PNGBytes.end
      #expect(try ImageStructure.parse(bytes).edits.isEmpty)
    }
  }

  static let refusals: [Refusal] = [
    // Fields.
    Refusal(
      "length over the limit", PNGBytes.image(beforeData: [0x80, 0, 0, 0] + Array("tEXt".utf8)), .chunkLength, at: 33),
    Refusal(
      "length of all ones", PNGBytes.image(beforeData: [UInt8](repeating: 0xFF, count: 4) + Array("IDAT".utf8)),
      .chunkLength, at: 33),
    Refusal(
      "length as far as it may go", PNGBytes.image(beforeData: [0x7F, 0xFF, 0xFF, 0xFF] + Array("tEXt".utf8)),
      .truncated),
    Refusal("type of no letters", PNGBytes.image(beforeData: PNGBytes.chunk("T3Xt", [])), .chunkType, at: 33),
    Refusal("type with a space", PNGBytes.image(beforeData: PNGBytes.chunk("TEX ", [])), .chunkType, at: 33),
    Refusal("unknown critical", PNGBytes.image(beforeData: PNGBytes.chunk("CgBI", [1])), .unknownCriticalChunk, at: 33),
    // Header.
    Refusal("no header", PNGBytes.signature + PNGBytes.data, .chunkOrder, at: 8),
    Refusal("short header", PNGBytes.signature + PNGBytes.chunk("IHDR", [0, 0, 0, 1]), .chunkLength, at: 8),
    Refusal("second header", PNGBytes.image(beforeData: PNGBytes.header()), .chunkOrder, at: 33),
    Refusal("no width", PNGBytes.signature + PNGBytes.header(0, 3), .zeroDimension, at: 8),
    Refusal("no height", PNGBytes.signature + PNGBytes.header(3, 0), .zeroDimension, at: 8),
    Refusal("width over the limit", PNGBytes.signature + PNGBytes.header(0x8000_0000, 1), .imageHeader, at: 8),
    Refusal("compression", PNGBytes.signature + PNGBytes.header(compression: 1), .imageHeader, at: 8),
    Refusal("filter", PNGBytes.signature + PNGBytes.header(filter: 1), .imageHeader, at: 8),
    Refusal("interlace", PNGBytes.signature + PNGBytes.header(interlace: 2), .imageHeader, at: 8),
    // Order.
    Refusal("no data", PNGBytes.signature + PNGBytes.header() + PNGBytes.end, .noImageData, at: 33),
    Refusal(
      "empty data", PNGBytes.signature + PNGBytes.header() + PNGBytes.chunk("IDAT", []) + PNGBytes.end, .noImageData,
      at: 45),
    Refusal(
      "data in two places", PNGBytes.image(afterData: PNGBytes.chunk("tIME", [1]) + PNGBytes.data), .chunkOrder, at: 67),
    Refusal("palette behind the data", PNGBytes.image(afterData: PNGBytes.palette), .chunkOrder, at: 54),
    Refusal("second palette", PNGBytes.image(beforeData: PNGBytes.palette + PNGBytes.palette), .chunkOrder, at: 51),
    Refusal("no palette", PNGBytes.image(colourType: 3), .palette, at: 33),
    Refusal("palette of 4 bytes", PNGBytes.image(beforeData: PNGBytes.chunk("PLTE", [1, 2, 3, 4])), .palette, at: 33),
    Refusal("empty palette", PNGBytes.image(beforeData: PNGBytes.chunk("PLTE", [])), .palette, at: 33),
    Refusal(
      "palette of 257 entries",
      PNGBytes.image(beforeData: PNGBytes.chunk("PLTE", [UInt8](repeating: 0, count: 771))), .palette, at: 33),
  ]

  @Test(arguments: refusals)
  func brokenRuleIsRefusedWithItsPlace(_ refusal: Refusal) {
    for pieceSize in [1, Int.max] {
      #expect(ImageStructure.outcome(of: refusal.bytes, pieceSize: pieceSize) == .failure(refusal.error))
    }
  }

  @Test(arguments: ["IHDR", "PLTE", "IDAT", "acTL", "fcTL", "fdAT"])
  func wrongChecksumOfAChunkThatPixelsNeedIsRefused(type: String) throws {
    let bytes = PNGBytes.image(
      beforeData: PNGBytes.palette + PNGMetadataTests.animationControl,
      afterData: PNGMetadataTests.frameControl + PNGMetadataTests.frameData)
    let typeStart = try #require(bytes.indices.first { bytes[$0...].starts(with: type.utf8) })
    let length = Int(bytes[typeStart - 1])
    // Every bit of the data and of the checksum; the type's own would make it another chunk.
    for position in typeStart + 4..<typeStart + 8 + length where type != "IHDR" || position >= typeStart + 17 {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[position] ^= 1 << UInt8(bit)
        #expect(ImageStructure.outcome(of: damaged) == .failure(.corrupt(.chunkChecksum, at: UInt64(typeStart - 4))))
      }
    }
  }

  @Test(arguments: 0...40)
  func checksumHoldsForAnyLength(length: Int) throws {
    let data = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ 7) }
    let bytes = PNGBytes.image(afterData: PNGBytes.chunk("IDAT", data))
    for pieceSize in [1, 3, 8, 11, Int.max] {
      #expect(try ImageStructure.parse(bytes, pieceSize: pieceSize).end == UInt64(bytes.count))
    }
  }
}
