import ImageStructure
import Testing

@Suite struct PNGMetadataTests {
  private static func exif(_ orientation: UInt8, bigEndian: Bool = false) -> [UInt8] {
    let entries = [TIFFBytes.maker, TIFFBytes.orientation(orientation, bigEndian: bigEndian)]
    return PNGBytes.chunk("eXIf", TIFFBytes.structure(bigEndian: bigEndian, entries))
  }

  private static func minimalEXIF(_ orientation: UInt8) -> [UInt8] {
    let entries = [TIFFBytes.orientation(orientation, bigEndian: true)]
    return PNGBytes.chunk("eXIf", TIFFBytes.structure(bigEndian: true, entries))
  }

  private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

  static let preserved: [(type: String, length: Int)] = [
    ("tRNS", 6), ("gAMA", 4), ("cHRM", 32), ("sRGB", 1), ("iCCP", 40), ("cICP", 4), ("sBIT", 3), ("bKGD", 6),
    ("pHYs", 9), ("sPLT", 20), ("mDCV", 24), ("cLLI", 8),
  ]

  @Test(arguments: preserved)
  func chunkThatRenderingNeedsStays(type: String, length: Int) throws {
    let chunk = PNGBytes.chunk(type, Self.zeros(length))
    #expect(try ImageStructure.parse(PNGBytes.image(beforeData: chunk)).edits.isEmpty)
  }

  @Test(arguments: preserved.filter { !["iCCP", "sPLT", "tRNS"].contains($0.type) })
  func chunkOfAnotherLengthIsStray(type: String, length: Int) throws {
    try expectStray(PNGBytes.image(beforeData: PNGBytes.chunk(type, Self.zeros(length + 1))))
    try expectStray(PNGBytes.image(beforeData: PNGBytes.chunk(type, [])))
  }

  @Test(arguments: preserved)
  func chunkBehindTheDataIsStray(type: String, length: Int) throws {
    try expectStray(PNGBytes.image(afterData: PNGBytes.chunk(type, Self.zeros(length))))
  }

  @Test(arguments: preserved.filter { $0.type != "sPLT" })
  func secondChunkIsStray(type: String, length: Int) throws {
    let chunk = PNGBytes.chunk(type, Self.zeros(length))
    let bytes = PNGBytes.image(beforeData: chunk + chunk)
    #expect(try ImageStructure.parse(bytes).stored(of: bytes) == PNGBytes.image(beforeData: chunk))
  }

  @Test func ancillaryLengthsFollowTheColourType() throws {
    let lengths: [(colourType: UInt8, transparency: Int?, background: Int, bits: Int)] = [
      (0, 2, 2, 1), (2, 6, 6, 3), (3, 2, 1, 3), (4, nil, 2, 2), (6, nil, 6, 4),
    ]
    for (colourType, transparency, background, bits) in lengths {
      let palette = colourType == 3 ? PNGBytes.palette : []
      let chunks = palette + PNGBytes.chunk("bKGD", Self.zeros(background)) + PNGBytes.chunk("sBIT", Self.zeros(bits))
      for length in 0...8 {
        let bytes = PNGBytes.image(
          colourType: colourType, beforeData: chunks + PNGBytes.chunk("tRNS", Self.zeros(length)))
        let remains = length == transparency || colourType == 3 && length == 1
        #expect(try ImageStructure.parse(bytes).edits.isEmpty == remains)
      }
    }
  }

  @Test func histogramGoesWithThePalette() throws {
    let palette = PNGBytes.palette
    #expect(
      try ImageStructure.parse(PNGBytes.image(beforeData: palette + PNGBytes.chunk("hIST", [0, 1, 0, 2]))).edits == [])
    try expectStray(PNGBytes.image(beforeData: PNGBytes.chunk("hIST", [0, 1, 0, 2])))
  }

  @Test(arguments: [0, 4] as [UInt8])
  func paletteOfAGreyscaleImageIsStray(colourType: UInt8) throws {
    try expectStray(PNGBytes.image(colourType: colourType, beforeData: PNGBytes.palette), colourType: colourType)
  }

  private func expectStray(_ bytes: [UInt8], colourType: UInt8 = 2) throws {
    let structure = try ImageStructure.parse(bytes)
    #expect(structure.edits.map(\.content) == [.stray])
    #expect(structure.stored(of: bytes) == PNGBytes.image(colourType: colourType))
    #expect(structure.stored(of: bytes, keepingMetadata: true) == PNGBytes.image(colourType: colourType))
  }

  @Test(arguments: [
    PNGBytes.chunk("tEXt", Array("Author\0Jane".utf8)), PNGBytes.chunk("zTXt", Array("Comment\0\0".utf8)),
    PNGBytes.chunk("iTXt", Array("XML:com.adobe.xmp\0".utf8)), PNGBytes.chunk("tIME", [7, 232, 1, 1, 1, 1, 1]),
    PNGBytes.chunk("caBX", [1, 2, 3]), PNGBytes.chunk("prVt", Array("<?php".utf8)), PNGBytes.chunk("tEXt", []), exif(1),
    PNGBytes.chunk("eXIf", TIFFBytes.structure(bigEndian: true, [TIFFBytes.maker])),
    PNGBytes.chunk("eXIf", Array("Exif\0\0".utf8)), PNGBytes.chunk("tEXt", [65]) + PNGBytes.chunk("iTXt", [66]),
  ])
  func privateMetadataGoes(chunk: [UInt8]) throws {
    for bytes in [PNGBytes.image(beforeData: chunk), PNGBytes.image(afterData: chunk)] {
      for pieceSize in [1, Int.max] {
        let structure = try ImageStructure.parse(bytes, pieceSize: pieceSize)
        #expect(structure.edits.map(\.content) == [.metadata])
        #expect(structure.stored(of: bytes) == PNGBytes.image())
        #expect(structure.stored(of: bytes, keepingMetadata: true) == bytes)
      }
    }
  }

  @Test(arguments: 2...8 as ClosedRange<UInt8>, [false, true])
  func orientationOutlivesItsEXIF(orientation: UInt8, bigEndian: Bool) throws {
    let exif = Self.exif(orientation, bigEndian: bigEndian)
    let bytes = PNGBytes.image(beforeData: exif, afterData: exif)
    let structure = try ImageStructure.parse(bytes)
    #expect(structure.orientation == orientation)
    #expect(structure.stored(of: bytes) == PNGBytes.image(beforeData: Self.minimalEXIF(orientation)))
    try expectSound(structure, of: bytes)
  }

  @Test func orientationIsFoundAtTheStartOfALongEXIF() throws {
    let entries = [TIFFBytes.orientation(6, bigEndian: true)]
    let tiff = TIFFBytes.structure(bigEndian: true, entries) + Self.zeros(100_000)
    let bytes = PNGBytes.image(beforeData: PNGBytes.chunk("eXIf", tiff))
    #expect(try ImageStructure.parse(bytes).stored(of: bytes) == PNGBytes.image(beforeData: Self.minimalEXIF(6)))
  }

  static let animationControl = PNGBytes.chunk("acTL", [0, 0, 0, 2, 0, 0, 0, 0])
  static let frameControl = PNGBytes.chunk("fcTL", zeros(26))
  static let frameData = PNGBytes.chunk("fdAT", [0, 0, 0, 2, 1, 2, 3])

  @Test func animationStays() throws {
    for beforeData in [
      Self.animationControl + Self.frameControl, Self.frameControl + Self.animationControl, Self.animationControl,
    ] {
      let bytes = PNGBytes.image(beforeData: beforeData, afterData: Self.frameControl + Self.frameData)
      let structure = try ImageStructure.parse(bytes)
      #expect(structure.isAnimated)
      #expect(structure.edits.isEmpty)
    }
  }

  @Test func animationOfOneFrameIsNone() throws {
    let control = PNGBytes.chunk("acTL", [0, 0, 0, 1, 0, 0, 0, 0])
    #expect(try !ImageStructure.parse(PNGBytes.image(beforeData: control)).isAnimated)
  }

  @Test(arguments: [
    PNGBytes.image(beforeData: PNGBytes.chunk("acTL", zeros(8))),
    PNGBytes.image(afterData: frameControl + frameData), PNGBytes.image(afterData: animationControl + frameControl),
    PNGBytes.image(beforeData: frameData), PNGBytes.image(beforeData: PNGBytes.chunk("acTL", zeros(9))),
  ])
  func animationChunksOutOfPlaceAreStray(bytes: [UInt8]) throws {
    #expect(try !ImageStructure.parse(bytes).isAnimated)
    try expectStray(bytes)
  }
}
