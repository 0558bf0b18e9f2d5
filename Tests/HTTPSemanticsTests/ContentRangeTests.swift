import HTTPSemantics
import Testing

@Suite struct ContentRangeTests {
  @Test func whatIsWrittenIsRead() throws {
    let parsed = try #require(ContentRange.parse(ContentRange.partial(3..<10, length: 10)))
    #expect(parsed.range == 3..<10 && parsed.length == 10)
    let open = try #require(ContentRange.parse("bytes 0-0/*"))
    #expect(open.range == 0..<1 && open.length == nil)
  }

  @Test(arguments: [
    "", "bytes", "bytes 0-9", "bytes 0-9/", "bytes 9-8/10", "bytes 0-9/9", "bytes */10", "bytes 0-9/10 ",
    "items 0-9/10",
    "bytes -9/10", "bytes 0-18446744073709551615/*", "bytes 0-18446744073709551616/*", "bytes 0-9/10,bytes 0-9/10",
  ])
  func whatIsNoRangeIsNone(text: String) {
    #expect(ContentRange.parse(text) == nil)
  }
}
