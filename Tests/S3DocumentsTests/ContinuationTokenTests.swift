import Testing

@testable import S3Documents

@Suite struct ContinuationTokenTests {
  @Test(arguments: ["", "a/b", "ä€\u{1F600}", "\u{0}"]) func itemsComeBack(item: String) throws {
    #expect(try ContinuationToken.item(ContinuationToken.make(item)) == item)
  }

  @Test(arguments: ["0", "zz", "c3", "6", "6161 "]) func whatIsNoTokenIsRefused(token: String) {
    #expect(throws: S3Error.self) { try ContinuationToken.item(token) }
  }
}
