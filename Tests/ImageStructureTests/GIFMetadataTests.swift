import ImageStructure
import Testing

@Suite struct GIFMetadataTests {
  static let removed: [Sample] = [
    Sample("comment", GIFBytes.extension(0xFE, [Array("made at home".utf8), Array("by Jane".utf8)])),
    Sample("empty comment", GIFBytes.extension(0xFE, [])),
    Sample("XMP", GIFBytes.application("XMP DataXMP", [Array("<x:xmpmeta/>".utf8)])),
    Sample("maker data", GIFBytes.application("MGK8BIM0000", [[1, 2, 3]])),
    Sample("short application identifier", GIFBytes.application("NETSCAPE2.", [[1, 0, 0]])),
    Sample(
      "loop with more than a loop", GIFBytes.application("NETSCAPE2.0", [[1, 0, 0], Array("<?php evil();".utf8)])),
    Sample("loop with too many", GIFBytes.application("NETSCAPE2.0", [[1, 0, 0], [1, 0, 0], [1, 0, 0]])),
    Sample("loop without a count", GIFBytes.application("ANIMEXTS1.0", [])),
    Sample("unknown extension", GIFBytes.extension(0x42, [[1, 2, 3]])),
    Sample("two in a row", GIFBytes.extension(0xFE, [[65]]) + GIFBytes.extension(0xFE, [[66]])),
  ]

  @Test(arguments: removed)
  func privateMetadataGoes(_ sample: Sample) throws {
    let block = sample.bytes
    for (before, after) in [([], GIFBytes.image), (GIFBytes.image, []), (GIFBytes.graphicControl, GIFBytes.image)] {
      let bytes = GIFBytes.file(before + block + after)
      for pieceSize in [1, Int.max] {
        let structure = try ImageStructure.parse(bytes, pieceSize: pieceSize)
        let start = UInt64(19 + before.count)
        #expect(structure.edits.map(\.range) == [start..<start + UInt64(block.count)])
        #expect(structure.stored(of: bytes) == GIFBytes.file(before + after))
        #expect(structure.stored(of: bytes, keepingMetadata: true) == bytes)
      }
    }
  }
}
