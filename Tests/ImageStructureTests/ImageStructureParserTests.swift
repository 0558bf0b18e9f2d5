import ImageStructure
import Testing

@Suite struct ImageStructureParserTests {
  @Test(arguments: [
    Array("<?php echo 1; ?>".utf8), Array("<svg xmlns='http://www.w3.org/2000/svg'/>".utf8), Array("GIF88a".utf8),
    Array("RIFF....WEBP".utf8), [0xFF, 0xD8, 0x00], [0x89, 0x50, 0x4E, 0x47, 0x0A], [0],
  ])
  func otherSignatureIsNoImage(bytes: [UInt8]) {
    for pieceSize in [1, Int.max] {
      #expect(ImageStructure.outcome(of: bytes, pieceSize: pieceSize) == .failure(.notAnImage))
    }
  }

  @Test func emptyFileIsTruncated() {
    #expect(ImageStructure.outcome(of: []) == .failure(.truncated))
  }

  @Test func kindIsKnownAsSoonAsTheSignatureIsWhole() throws {
    for (bytes, kind) in [
      (JPEGBytes.image(), ImageKind.jpeg), (PNGBytes.image(), .png), (GIFBytes.file(GIFBytes.image), .gif),
    ] {
      let length = kind == .jpeg ? 3 : kind == .png ? 8 : 6
      var parser = ImageStructureParser(maximumPixels: 100)
      try parser.consume(bytes[..<(length - 1)])
      #expect(parser.kind == nil)
      try parser.consume(bytes[length - 1..<length])
      #expect(parser.kind == kind)
    }
  }

  @Test func failureIsToldAgain() {
    var parser = ImageStructureParser(maximumPixels: 100)
    let expected = ImageStructureError.corrupt(.codeSize, at: 19)
    #expect(throws: expected) { try parser.consume(GIFBytes.file(GIFBytes.frame(5, 3, codeSize: 12))) }
    #expect(throws: expected) { try parser.consume(GIFBytes.image) }
    #expect(throws: expected) { try parser.finish() }
    #expect(!parser.isComplete)
    #expect(parser.kind == .gif)
  }

  @Test(arguments: [
    ("jpeg", JPEGBytes.start + JPEGBytes.quantizationTable + JPEGBytes.frame(65_535, 65_535), 65_535),
    ("png", PNGBytes.signature + PNGBytes.header(100_000, 100_000), 100_000),
    ("png", PNGBytes.signature + PNGBytes.header(0x7FFF_FFFF, 0x7FFF_FFFF), 0x7FFF_FFFF),
    ("gif", GIFBytes.signature + GIFBytes.screen(65_535, 65_535), 65_535),
  ])
  func pixelLimitIsCheckedWithTheHeader(name: String, bytes: [UInt8], side: Int) {
    #expect(ImageStructure.outcome(of: bytes) == .failure(.tooManyPixels(width: side, height: side)))
  }

  @Test func pixelLimitItselfIsAllowed() throws {
    for bytes in [JPEGBytes.image(), PNGBytes.image(), GIFBytes.file(GIFBytes.image)] {
      #expect(try ImageStructure.parse(bytes, maximumPixels: 15).width == 5)
      #expect(throws: ImageStructureError.tooManyPixels(width: 5, height: 3)) {
        try ImageStructure.parse(bytes, maximumPixels: 14)
      }
    }
  }

  @Test func bytesBehindTheEndMarkerAreNotLookedAt() throws {
    for bytes in [JPEGBytes.image(), PNGBytes.image(), GIFBytes.file(GIFBytes.image)] {
      let tailed = bytes + Array("\0\0\0\u{18}ftypmp42 <?php evil(); ?>".utf8)
      let structure = try ImageStructure.parse(tailed)
      #expect(structure == (try ImageStructure.parse(bytes)))
      #expect(structure.end == UInt64(bytes.count))
      #expect(structure.stored(of: tailed) == bytes)
    }
  }

  @Test(arguments: [
    (ImageStructureError.notAnImage, "not-an-image"), (.truncated, "truncated"),
    (.corrupt(.palette, at: 9), "corrupt"), (.tooManyPixels(width: 1, height: 2), "too-many-pixels"),
  ])
  func errorHasAStableCode(error: ImageStructureError, code: String) {
    #expect(error.code == code)
    #expect(!error.description.isEmpty)
  }
}
