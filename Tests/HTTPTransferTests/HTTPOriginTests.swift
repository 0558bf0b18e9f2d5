import HTTPTransfer
import Testing

@Suite struct HTTPOriginTests {
  @Test(arguments: [
    ("http://host", "host", 80, "http://host"), ("https://host/", "host", 443, "https://host"),
    ("http://host:8080", "host", 8080, "http://host:8080"), ("https://host:443", "host", 443, "https://host"),
    ("http://host:443", "host", 443, "http://host:443"), ("http://[::1]", "::1", 80, "http://[::1]"),
    ("https://[2001:db8::1]:9000/", "2001:db8::1", 9000, "https://[2001:db8::1]:9000"),
    ("http://127.0.0.1:1", "127.0.0.1", 1, "http://127.0.0.1:1"),
  ])
  func linksToARoot(text: String, host: String, port: UInt16, canonical: String) throws {
    let origin = try #require(HTTPOrigin(text))
    #expect(origin.host == host)
    #expect(origin.port == port)
    #expect(origin.description == canonical)
  }

  @Test(arguments: [
    "", "host", "ftp://host", "http://", "http:///", "http://host/path", "http://host:", "http://host:0",
    "http://host:65536", "http://host:+80", "http://host:8 0", "http://a:b:c", "http://[::1", "http://[::1]x",
    "http://[host]", "http://[::1]:", "http://user@host", "http://host?x", "http://ho st", "http://héb",
  ])
  func whatIsNoLinkToARoot(text: String) {
    #expect(HTTPOrigin(text) == nil)
  }
}
