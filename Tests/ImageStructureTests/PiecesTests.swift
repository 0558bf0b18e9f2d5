import ImageStructure
import Testing

@Suite struct PiecesTests {
  @Test func imageWithoutMetadataIsOnePiece() throws {
    let bytes = PNGBytes.image()
    let structure = try ImageStructure.parse(bytes + [1, 2, 3])
    #expect(structure.pieces(keepingMetadata: false) == [.original(0..<UInt64(bytes.count))])
  }

  @Test func piecesLeaveOutTheRangesAndPutInTheReplacements() throws {
    let exif = JPEGBytes.exif(
      TIFFBytes.structure(bigEndian: false, [TIFFBytes.maker, TIFFBytes.orientation(6, bigEndian: false)]))
    let bytes = JPEGBytes.image(header: exif + [0, 0], afterScan: JPEGBytes.segment(0xFE, [1]))
    let structure = try ImageStructure.parse(bytes)
    let minimal = JPEGBytes.exif(TIFFBytes.structure(bigEndian: true, [TIFFBytes.orientation(6, bigEndian: true)]))
    let (afterEXIF, end) = (UInt64(2 + exif.count), UInt64(bytes.count))
    #expect(
      structure.pieces(keepingMetadata: false) == [
        .original(0..<2), .inserted(minimal), .original(afterEXIF + 2..<end - 7), .original(end - 2..<end),
      ])
    #expect(
      structure.pieces(keepingMetadata: true) == [.original(0..<afterEXIF), .original(afterEXIF + 2..<end)])
    let sizes = structure.pieces(keepingMetadata: false).map(\.count)
    #expect(sizes.reduce(0, +) == UInt64(structure.stored(of: bytes).count))
  }
}
