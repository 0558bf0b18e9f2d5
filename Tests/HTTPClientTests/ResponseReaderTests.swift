import HTTPClient
import HTTPSemantics
import Testing

@Suite struct ResponseReaderTests {
  /// A response in whatever pieces it comes.
  private func read(_ text: String, isHead: Bool = false, cutAt cut: Int, bodyLimit: Int = 1_000) throws
    -> ResponseReader
  {
    let bytes = Array(text.utf8)
    var reader = ResponseReader(isHead: isHead, bodyLimit: bodyLimit)
    try reader.receive(bytes[..<cut])
    try reader.receive(bytes[cut...])
    if reader.response == nil { try reader.endOfInput() }
    return reader
  }

  @Test(arguments: [
    ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello", true),
    ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello", "hello", false),
    ("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "", true),
    (
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nA: b\r\n\r\n", "hello", true
    ),
    ("HTTP/1.1 200 OK\r\n\r\nhello", "hello", false),
    ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello", true),
    ("HTTP/1.1 204 No Content\r\n\r\n", "", true),
  ])
  func everyFramingGivesTheSameHoweverItIsCut(text: String, body: String, isReusable: Bool) throws {
    for cut in 0...text.utf8.count {
      let reader = try read(text, cutAt: cut)
      #expect(reader.response.map { String(decoding: $0.body, as: UTF8.self) } == body)
      #expect(reader.isReusable == isReusable)
    }
  }

  @Test func headOfAnAnswerToHeadIsAllThereIs() throws {
    let reader = try read("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", isHead: true, cutAt: 3)
    #expect(reader.response?.fields["content-length"] == "99999999999")
    #expect(reader.isReusable)
  }

  @Test func interimResponsesAreKeptApart() throws {
    let reader = try read("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 413 Large\r\nContent-Length: 0\r\n\r\n", cutAt: 10)
    #expect(reader.interim.map(\.status) == [100])
    #expect(reader.response?.status == 413)
  }

  @Test func restOfALargeBodyIsLeftAlone() throws {
    for text in [
      "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\nhello",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffff\r\nhello", "HTTP/1.1 200 OK\r\n\r\nhello",
    ] {
      let reader = try read(text, cutAt: 20, bodyLimit: 4)
      #expect(reader.response?.body == Array("hell".utf8))
      #expect(!reader.isReusable)
    }
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", "HTTP/1.1 200 OK\r\nContent-Le", "",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
  ])
  func truncatedResponseIsSeen(text: String) {
    #expect(throws: HTTPResponseError.cutShort) { try read(text, cutAt: 0) }
  }

  @Test(arguments: [
    "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "SSH-2.0-OpenSSH\r\n\r\n",
    "HTTP/1.1 101 Switching\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\n: x\r\n\r\n",
    "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551616\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
  ])
  func whatIsNoResponseIsRefusedHoweverItIsCut(text: String) {
    for cut in 0...text.utf8.count {
      #expect(throws: HTTPResponseError.malformed) { try read(text, cutAt: cut) }
    }
  }

  @Test func endlessHeadIsRefused() {
    let text = "HTTP/1.1 200 OK\r\nX: " + String(repeating: "a", count: 70_000)
    #expect(throws: HTTPResponseError.headTooLarge) { try read(text, cutAt: 0) }
  }
}
