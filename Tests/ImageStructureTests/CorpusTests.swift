import Foundation
import ImageStructure
import Testing

@Suite struct CorpusTests {
  @Test(arguments: CorpusImage.all)
  func imageOfAnotherWriterIsAccepted(_ image: CorpusImage) throws {
    let bytes = try image.bytes
    let structure = try ImageStructure.parse(bytes)
    #expect(structure.kind == ImageKind.named(byExtension: image.name.split(separator: ".").last ?? ""))
    #expect(structure.width == image.width)
    #expect(structure.height == image.height)
    #expect(structure.isAnimated == image.isAnimated)
    #expect(structure.orientation == image.orientation)
    #expect((structure.end < bytes.count) == image.name.contains("-tail"))
    try expectSound(structure, of: bytes)
  }

  @Test(arguments: CorpusImage.all)
  func fileCutAnywhereBeforeItsEndMarkerIsTruncated(_ image: CorpusImage) throws {
    let bytes = try image.bytes
    let whole = try ImageStructure.parse(bytes)
    var parser = ImageStructureParser(maximumPixels: ImageStructure.pixelLimit)
    for position in 0..<Int(whole.end) {
      #expect(throws: ImageStructureError.truncated) { try parser.finish() }
      #expect(!parser.isComplete)
      try parser.consume(bytes[position...position])
    }
    #expect(parser.isComplete)
    #expect(try parser.finish() == whole)
  }

  @Test(arguments: CorpusImage.all)
  func piecesOfAnySizeGiveTheSameStructure(_ image: CorpusImage) throws {
    let bytes = try image.bytes
    let whole = try ImageStructure.parse(bytes)
    for size in [1, 2, 3, 5, 8, 64, 255, 1000] { #expect(try ImageStructure.parse(bytes, pieceSize: size) == whole) }
    // Every place in small files; a prime stride keeps the larger ones quick.
    for position in stride(from: 0, through: bytes.count, by: bytes.count < 700 ? 1 : 7) {
      var parser = ImageStructureParser(maximumPixels: ImageStructure.pixelLimit)
      try parser.consume(bytes[..<position])
      try parser.consume(bytes[position...])
      #expect(try parser.finish() == whole)
    }
  }

  @Test(arguments: CorpusImage.all)
  func storedImageHasNoPrivateText(_ image: CorpusImage) throws {
    let bytes = try image.bytes
    let stored = try ImageStructure.parse(bytes).stored(of: bytes)
    for text in ["Jane", "SERIAL", "secret", "comment", "Camera", "http:", "GPS", "ftyp", "photoshop", "Author"] {
      #expect(Data(stored).range(of: Data(text.utf8)) == nil, "\(text)")
    }
  }

  @Test func everyFileOfTheCorpusIsListed() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: CorpusImage.folder.path)
    #expect(names.sorted() == CorpusImage.all.map(\.name).sorted())
  }
}
