import HTTPSemantics
import Journal
import Testing

@testable import WebService

struct WebResponseTests {
  private func text(_ response: WebResponse, head: Bool = false) -> String {
    String(decoding: response.serialized(withoutBody: head), as: UTF8.self)
  }

  @Test func responseStandsAsACGIScriptPrintsIt() {
    let response = WebResponse(status: .created, fields: ["Location": "/x", "X-A": "1"], body: Array("body".utf8))
    let head = "Status: 201 Created\r\nLocation: /x\r\nX-A: 1\r\nContent-Length: 4\r\n\r\n"
    #expect(text(response) == head + "body")
    #expect(text(response, head: true) == head)
  }

  @Test func emptyBodyHasALengthWhereAStatusAllowsContent() {
    #expect(text(WebResponse(status: .ok)) == "Status: 200 OK\r\nContent-Length: 0\r\n\r\n")
    for status in [HTTPStatus.noContent, .notModified] {
      let response = WebResponse(status: status, fields: ["ETag": "\"a\""], body: [1, 2, 3])
      #expect(text(response) == "Status: \(status)\r\nETag: \"a\"\r\n\r\n")
    }
  }

  @Test func valuesCannotBreakOutOfTheirLine() {
    let response = WebResponse(status: .ok, fields: ["X": "a\r\nSet-Cookie: b", "Bad Name": "c"])
    #expect(text(response) == "Status: 200 OK\r\nX: a  Set-Cookie: b\r\nContent-Length: 0\r\n\r\n")
  }

  @Test func documentsSayWhatTheyAre() {
    let json = WebResponse(status: .ok, json: ["a": 1])
    #expect(json.fields["content-type"] == "application/json" && json.fields["x-content-type-options"] == "nosniff")
    #expect(json.body == Array("{\"a\":1}\n".utf8))
    let plain = WebResponse(status: .ok, text: "é")
    #expect(plain.fields["content-type"] == "text/plain; charset=utf-8" && plain.body.count == 2)
    let page = WebResponse(status: .ok, page: Page(title: "<T>", strings: LocalizedStrings(.russian)))
    #expect(page.fields["content-language"] == "ru" && page.fields["vary"] == "Accept, Accept-Language, Cookie")
    #expect(page.fields["content-security-policy"]?.contains("default-src 'none'") == true)
    let html = String(decoding: page.body, as: UTF8.self)
    #expect(html.contains("<title>&lt;T&gt; · Vitrine</title>") && html.contains("<html lang=\"ru\""))
  }
}
