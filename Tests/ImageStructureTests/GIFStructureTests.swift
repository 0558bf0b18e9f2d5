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
    Refusal("no width", sized(0, 3, GIFBytes.frame(0, 3)), .zeroDimension, at: 19),
    Refusal("no height", sized(5, 0, GIFBytes.frame(5, 0)), .zeroDimension, at: 19),
    Refusal("no image", GIFBytes.file([]), .noImage, at: 19),
    Refusal("no image but extensions", GIFBytes.file(GIFBytes.graphicControl), .noImage, at: 27),
    Refusal("image without data", GIFBytes.file(GIFBytes.frame(5, 3, data: [])), .noImage, at: 31),
    Refusal("code size", GIFBytes.file(GIFBytes.frame(5, 3, codeSize: 12)), .codeSize, at: 19),
    Refusal(
      "long graphic control", GIFBytes.file(GIFBytes.extension(0xF9, [[1, 2, 3, 4, 5]])), .extensionBlock, at: 19),
    Refusal(
      "graphic control with more", GIFBytes.file(GIFBytes.extension(0xF9, [[1, 2, 3, 4], [1]])), .extensionBlock, at: 19
    ),
    Refusal("empty graphic control", GIFBytes.file(GIFBytes.extension(0xF9, [])), .extensionBlock, at: 19),
    Refusal(
      "frame larger than allowed", GIFBytes.file(GIFBytes.frame(65_535, 65_535)),
      .tooManyPixels(width: 65_535, height: 65_535)),
    Refusal("sub-blocks without an end", GIFBytes.file(GIFBytes.image.dropLast() + endless), .truncated),
    Refusal("comment without an end", GIFBytes.file([0x21, 0xFE] + endless), .truncated),
  ]

  fileprivate static func sized(_ width: Int, _ height: Int, _ blocks: [UInt8]) -> [UInt8] {
    GIFBytes.signature + GIFBytes.screen(width, height) + GIFBytes.globalTable + blocks + GIFBytes.trailer
  }

  static let sizes: [(screen: (Int, Int), frames: [UInt8], shown: ImageSize)] = [
    ((10, 10), GIFBytes.frame(20, 15), .init(width: 20, height: 15)),
    ((10, 10), GIFBytes.frame(5, 5, left: 20), .init(width: 25, height: 10)),
    ((10, 10), GIFBytes.frame(5, 20), .init(width: 10, height: 20)),
    ((10, 10), GIFBytes.frame(10, 10) + GIFBytes.frame(20, 15), .init(width: 10, height: 10)),
    ((20, 15), GIFBytes.frame(5, 5), .init(width: 20, height: 15)),
    ((0, 0), GIFBytes.frame(5, 4), .init(width: 5, height: 4)),
    ((0, 0), GIFBytes.frame(5, 4, left: 3), .init(width: 8, height: 4)),
    ((0, 10), GIFBytes.frame(5, 5), .init(width: 5, height: 10)),
    ((0, 0), GIFBytes.frame(5, 4) + GIFBytes.frame(9, 9), .init(width: 5, height: 4)),
    ((10, 10), GIFBytes.frame(0, 0), .init(width: 10, height: 10)),
  ]

  /// Sizes as Chromium and Pillow have them.
  @Test(arguments: sizes.indices)
  func canvasIsTheScreenEnlargedForTheFirstImage(index: Int) throws {
    let (screen, frames, shown) = Self.sizes[index]
    #expect(try ImageStructure.parse(Self.sized(screen.0, screen.1, frames)).shownSize == shown)
  }

  static let stray: [Sample] = [
    Sample("zero", [0]), Sample("zeros", [UInt8](repeating: 0, count: 700)), Sample("script", Array("<?php".utf8)),
    Sample("plain text without its fields", GIFBytes.extension(0x01, [[1, 2]])),
    Sample("empty plain text", GIFBytes.extension(0x01, [])),
  ]

  @Test(arguments: stray)
  func whatAllDecodersSkipIsLeftOut(_ sample: Sample) throws {
    let clean = GIFBytes.file(GIFBytes.image + GIFBytes.graphicControl + GIFBytes.image)
    for offset in [19, 34, 42, 57] {
      var bytes = clean
      bytes.insert(contentsOf: sample.bytes, at: offset)
      for pieceSize in [1, Int.max] {
        let structure = try ImageStructure.parse(bytes, pieceSize: pieceSize)
        #expect(structure.edits.map(\.content) == [.stray])
        #expect(structure.stored(of: bytes) == clean)
        #expect(structure.stored(of: bytes, keepingMetadata: true) == clean)
      }
    }
  }

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
