import HTTPSemantics
import Testing

@testable import Console

@Suite struct SameOriginRuleTests {
  private func allows(_ method: HTTPMethod, _ fields: [(String, String)]) -> Bool {
    SameOriginRule.allows(
      method, HeaderFields(fields.map { (name: $0.0, value: $0.1) }), authority: "console.example:9001")
  }

  private let own = [
    ("X-Vitrine-Console", "1"), ("Sec-Fetch-Site", "same-origin"), ("Origin", "http://console.example:9001"),
  ]

  @Test(arguments: [HTTPMethod.get, .head, .post, .put, .delete])
  func ownPagesMayDoAnything(_ method: HTTPMethod) {
    #expect(allows(method, own))
    #expect(allows(method, [("X-Vitrine-Console", "1")]))
  }

  @Test(arguments: ["cross-site", "same-site", "", "nonsense"])
  func otherPagesMayDoNothing(_ site: String) {
    for method in [HTTPMethod.get, .head, .post, .put, .delete] {
      #expect(!allows(method, [("X-Vitrine-Console", "1"), ("Sec-Fetch-Site", site)]))
    }
  }

  @Test(arguments: [
    "http://evil.example", "http://console.example", "http://console.example:8080", "https://console.example:90011",
    "null", "", "ftp://console.example:9001", "http://console.example:9001.evil.example",
  ])
  func otherOriginsAreRefused(_ origin: String) {
    #expect(!allows(.post, [("X-Vitrine-Console", "1"), ("Origin", origin)]))
    #expect(!allows(.get, [("Origin", origin)]))
  }

  @Test func proxyWithACertificateIsNotInTheWay() {
    #expect(allows(.post, [("X-Vitrine-Console", "1"), ("Origin", "https://Console.Example:9001")]))
  }

  @Test(arguments: [HTTPMethod.post, .put, .delete, HTTPMethod(rawValue: "PATCH")])
  func formsCannotChangeAnything(_ method: HTTPMethod) {
    #expect(!allows(method, []))
    #expect(!allows(method, [("Sec-Fetch-Site", "same-origin"), ("Origin", "http://console.example:9001")]))
  }

  @Test func typedAddressMayBeReadOnly() {
    #expect(allows(.get, [("Sec-Fetch-Site", "none")]))
    #expect(!allows(.post, [("Sec-Fetch-Site", "none"), ("X-Vitrine-Console", "1")]))
  }
}
