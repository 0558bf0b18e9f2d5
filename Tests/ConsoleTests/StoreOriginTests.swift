import Testing

@testable import Console

@Suite struct StoreOriginTests {
  @Test(arguments: [
    ("http://127.0.0.1:9001", "9000", "http://127.0.0.1:9000"),
    ("http://[::1]:9001", "9000", "http://[::1]:9000"),
    ("https://files.example", "443", "https://files.example"),
    ("https://files.example:9001", "9000", "https://files.example:9000"),
    ("http://127.0.0.1:9001", "https://files.example:9000", "https://files.example:9000"),
    ("http://127.0.0.1:9001", "", "http://127.0.0.1:9001"),
    ("http://127.0.0.1:9001", "90/00", "http://127.0.0.1:9001"),
  ])
  func linksLeadToTheStore(_ console: String, _ store: String, _ expected: String) {
    #expect(StoreOrigin.make(origin: console, store: store) == expected)
  }
}
