import Testing

@testable import ImageHost

struct WebPContainerTests {
  private func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
    Array(type.utf8) + little(content.count) + content + (content.count % 2 == 1 ? [0] : [])
  }

  private func little(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }

  private func file(_ chunks: [UInt8]...) -> [UInt8] {
    let body = Array("WEBP".utf8) + chunks.flatMap { $0 }
    return Array("RIFF".utf8) + little(body.count) + body
  }

  private var picture: [UInt8] { chunk("VP8 ", [1, 2, 3]) }

  @Test func simpleFileStaysAsItIs() {
    #expect(WebPContainer.strippingMetadata(file(picture)) == file(picture))
  }

  @Test func metadataAndUnknownChunksGo() {
    let flags: [UInt8] = [0b0011_1100] + [UInt8](repeating: 0, count: 9)
    let flagsWithAlpha: [UInt8] = [0b0001_0000] + [UInt8](repeating: 0, count: 9)
    let before = file(
      chunk("VP8X", flags), chunk("ICCP", [9]), chunk("ALPH", [4]), picture, chunk("EXIF", [7, 7, 7]),
      chunk("XMP ", Array("secret".utf8)), chunk("OTHR", [1]))
    #expect(WebPContainer.strippingMetadata(before) == file(chunk("VP8X", flagsWithAlpha), chunk("ALPH", [4]), picture))
  }

  @Test func whatIsNoWholeFileIsNothing() {
    let whole = file(chunk("ALPH", [4]), picture)
    for count in 0..<whole.count { #expect(WebPContainer.strippingMetadata(Array(whole[..<count])) == nil) }
    #expect(WebPContainer.strippingMetadata(whole + [0]) == nil)
    #expect(WebPContainer.strippingMetadata(file(chunk("EXIF", [1]))) == nil)
    #expect(WebPContainer.strippingMetadata(Array("RIFF\u{4}\0\0\0WAVE".utf8)) == nil)
  }

  @Test func lengthThatLeadsOutOfTheFileIsNothing() {
    var bad = file(picture)
    bad.replaceSubrange(16..<20, with: [0xFF, 0xFF, 0xFF, 0xFF])
    #expect(WebPContainer.strippingMetadata(bad) == nil)
  }
}
