import ImageStructure
import Testing

@Suite struct GIFStructureTests {
  @Test func smallestImageIsAccepted() throws {
    let bytes = GIFBytes.file(GIFBytes.image)
    let structure = try ImageStructure.parse(bytes)
    #expect(structure.kind == .gif)
    #expect(structure.width == 5)
    #expect(structure.height == 3)
    #expect(!structure.isAnimated)
    #expect(structure.orientation == nil)
    #expect(structure.edits.isEmpty)
    #expect(structure.end == UInt64(bytes.count))
  }

  static let localTable = [UInt8](repeating: 0x2C, count: 12)

  static let harmless: [Sample] = [
    Sample("local colour table", GIFBytes.file(GIFBytes.frame(5, 3, localTable: localTable, flags: 0x81))),
    Sample("graphic control", GIFBytes.file(GIFBytes.graphicControl + GIFBytes.image)),
    Sample(
      "no colour table", GIFBytes.signature + GIFBytes.screen(5, 3, flags: 0) + GIFBytes.image + GIFBytes.trailer),
    Sample("frame of the screen's size", GIFBytes.file(GIFBytes.frame(0, 0))),
    Sample("frame beyond the screen", GIFBytes.file(GIFBytes.frame(50, 30, left: 9))),
    Sample("loop", loop("NETSCAPE2.0", [[1, 0, 0]])),
    Sample("loop with buffer", loop("NETSCAPE2.0", [[1, 0, 0], [2, 0, 0, 0, 1]])),
    Sample("other loop", loop("ANIMEXTS1.0", [[1, 9, 0]])),
    Sample("colour profile", loop("ICCRGBG1012", [[1, 2, 3], [4]])),
    Sample(
      "plain text",
      GIFBytes.file(GIFBytes.extension(0x01, [[UInt8](repeating: 1, count: 12), [65, 66]]) + GIFBytes.image)),
  ]

  private static func loop(_ identifier: String, _ subBlocks: [[UInt8]]) -> [UInt8] {
    GIFBytes.file(GIFBytes.application(identifier, subBlocks) + GIFBytes.image)
  }

  @Test(arguments: harmless)
  func whatDecodersTakeStays(_ sample: Sample) throws {
    for pieceSize in [1, Int.max] {
      let structure = try ImageStructure.parse(sample.bytes, pieceSize: pieceSize)
      #expect(structure.edits.isEmpty)
      #expect(!structure.isAnimated)
    }
  }

  @Test(arguments: [[2, 0x44, 0x01], []] as [[UInt8]])
  func secondFrameMakesAnAnimation(data: [UInt8]) throws {
    let structure = try ImageStructure.parse(GIFBytes.file(GIFBytes.image + GIFBytes.frame(5, 3, data: data)))
    #expect(structure.isAnimated)
    #expect(structure.edits.isEmpty)
  }

  @Test func olderVersionIsAccepted() throws {
    let bytes = Array("GIF87a".utf8) + GIFBytes.file(GIFBytes.image).dropFirst(6)
    #expect(try ImageStructure.parse(bytes).width == 5)
  }

  @Test(arguments: 0...255 as ClosedRange<UInt8>)
  func codeSizeIsOneThatDecodersTake(size: UInt8) {
    let outcome = ImageStructure.outcome(of: GIFBytes.file(GIFBytes.frame(5, 3, codeSize: size)))
    #expect(((try? outcome.get()) != nil) == (1...11).contains(size))
  }

  static let refusals: [Refusal] = [
    Refusal("no width", GIFBytes.signature + GIFBytes.screen(0, 3), .zeroDimension, at: 0),
    Refusal("no height", GIFBytes.signature + GIFBytes.screen(5, 0), .zeroDimension, at: 0),
    Refusal("no image", GIFBytes.file([]), .noImage, at: 19),
    Refusal("no image but extensions", GIFBytes.file(GIFBytes.graphicControl), .noImage, at: 27),
    Refusal("image without data", GIFBytes.file(GIFBytes.frame(5, 3, data: [])), .noImage, at: 31),
    Refusal("stray zero", GIFBytes.file(GIFBytes.image + [0]), .blockIntroducer, at: 34),
    Refusal("text between blocks", GIFBytes.file(Array("<?php".utf8)), .blockIntroducer, at: 19),
    Refusal("code size", GIFBytes.file(GIFBytes.frame(5, 3, codeSize: 12)), .codeSize, at: 19),
    Refusal(
      "long graphic control", GIFBytes.file(GIFBytes.extension(0xF9, [[1, 2, 3, 4, 5]])), .extensionBlock, at: 19),
    Refusal(
      "graphic control with more", GIFBytes.file(GIFBytes.extension(0xF9, [[1, 2, 3, 4], [1]])), .extensionBlock, at: 19
    ),
    Refusal("empty graphic control", GIFBytes.file(GIFBytes.extension(0xF9, [])), .extensionBlock, at: 19),
    Refusal("short plain text", GIFBytes.file(GIFBytes.extension(0x01, [[1, 2]])), .extensionBlock, at: 19),
    Refusal(
      "frame larger than allowed", GIFBytes.file(GIFBytes.frame(65_535, 65_535)),
      .tooManyPixels(width: 65_535, height: 65_535)),
    Refusal("sub-blocks without an end", GIFBytes.file(GIFBytes.image.dropLast() + endless), .truncated),
    Refusal("comment without an end", GIFBytes.file([0x21, 0xFE] + endless), .truncated),
  ]

  static let endless = [UInt8](repeating: 0xFF, count: 256 * 40)

  @Test(arguments: refusals)
  func brokenRuleIsRefusedWithItsPlace(_ refusal: Refusal) {
    for pieceSize in [1, Int.max] {
      #expect(ImageStructure.outcome(of: refusal.bytes, pieceSize: pieceSize) == .failure(refusal.error))
    }
  }

  @Test(arguments: [
    "GIF89a<?php system($_GET['c']); ?>", "GIF89a;<?php phpinfo(); ?>", "GIF89a/*<script>*/=1;alert(1)//",
    "GIF89a\n<?=1",
    "GIF87a<html><script>alert(document.domain)</script></html>",
  ])
  func scriptBehindASignatureIsRefused(text: String) {
    #expect(throws: ImageStructureError.self) { try ImageStructure.parse(Array(text.utf8)) }
  }
}
