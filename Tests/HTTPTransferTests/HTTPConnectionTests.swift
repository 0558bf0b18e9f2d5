import HTTPSemantics
import HTTPTransfer
import Posix
import Testing

@Suite struct HTTPConnectionTests {
  private static let head = "\r\n\r\n"

  private func ask(
    _ answer: String, _ request: HTTPRequest = HTTPRequest("GET", "/"), then last: ScriptedServer.Step? = nil
  ) throws -> (response: HTTPResponse, heard: String) {
    let server = try ScriptedServer([[.awaits(Self.head), .sends(answer)] + (last.map { [$0] } ?? [])])
    var connection = try HTTPConnection(to: server.origin, seconds: 5)
    return (try connection.exchange(request), server.received)
  }

  @Test(
    arguments: [
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 200 OK\r\n\r\nhello",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nA: b\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello",
    ])
  func everyFramingGivesTheSame(answer: String) throws {
    let response = try ask(answer).response
    #expect(response.status == 200 && response.body == Array("hello".utf8) && response.fields["A"] == nil)
  }

  @Test func requestGoesOverTheWireAsItIsGiven() throws {
    let target = "/a%2Fb//../%C3%A4?x=a+b&y=%20#"
    let request = HTTPRequest("DELETE", target, ["X-Empty": "", "Accept": "text/html", "Range": "bytes=0-3"])
    let (_, heard) = try ask("HTTP/1.1 204 No Content\r\n\r\n", request)
    let lines = heard.split(separator: "\r\n").map { String($0) }
    #expect(lines.first == "DELETE \(target) HTTP/1.1")
    #expect(Set(lines.map { $0.lowercased() }).isSuperset(of: ["x-empty:", "accept: text/html", "range: bytes=0-3"]))
    let names = lines.dropFirst().map { $0.prefix { $0 != ":" }.lowercased() }
    #expect(Set(names) == ["host", "user-agent", "x-empty", "accept", "range"] && names.count == 5)
  }

  @Test func bodiesHaveTheirLengthOrAreChunks() throws {
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    let server = try ScriptedServer([
      [.awaits("abc"), .sends(answer)], [.awaits("3\r\nabc\r\n0\r\n\r\n"), .sends(answer)],
      [.awaits(String(repeating: "\0", count: 70_000)), .sends(answer)],
    ])
    for body in [HTTPRequest.Body.bytes(Array("abc".utf8)), .chunked(Array("abc".utf8)), .zeros(70_000)] {
      var connection = try HTTPConnection(to: server.origin, seconds: 5)
      #expect(try connection.exchange(HTTPRequest("PUT", "/", body: body)).status == 200)
    }
    let heard = server.received
    #expect(heard.contains("Content-Length: 3\r\n") && heard.contains("Content-Length: 70000\r\n"))
    #expect(heard.contains("Transfer-Encoding: chunked\r\n") && !heard.contains("Expect"))
  }

  @Test func answerToAnAnnouncementIsTheResponse() throws {
    let request = HTTPRequest("PUT", "/", body: .announced(5 << 30))
    let (go, heard) = try ask("HTTP/1.1 100 Continue\r\n\r\n", request, then: .waits(milliseconds: 5_000))
    #expect(go.status == 100)
    #expect(heard.contains("Expect: 100-continue\r\n") && heard.contains("Content-Length: 5368709120\r\n"))
    #expect(heard.hasSuffix(Self.head))
    let (no, _) = try ask(
      "HTTP/1.1 413 Large\r\nContent-Length: 2\r\n\r\nno", request, then: .waits(milliseconds: 5_000))
    #expect(no.status == 413 && no.body == Array("no".utf8))
  }

  @Test func announcementThatNobodyAnswersIsNotFollowedByTheBody() throws {
    let server = try ScriptedServer([[.awaits(Self.head), .waits(milliseconds: 10_000)]])
    var connection = try HTTPConnection(to: server.origin, seconds: 1)
    #expect(throws: HTTPFailure.timedOut) { try connection.exchange(HTTPRequest("PUT", "/", body: .announced(9))) }
    #expect(server.received.hasSuffix(Self.head))
  }

  @Test func answerBeforeTheEndOfTheBodyIsHeard() throws {
    let answer = "HTTP/1.1 413 Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno"
    let request = HTTPRequest("PUT", "/", body: .zeros(32 << 20))
    #expect(try ask(answer, request, then: .waits(milliseconds: 300)).response.status == 413)
  }

  @Test func restOfALargeBodyIsLeftAlone() throws {
    for answer in [
      "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nhello",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\nhello",
    ] {
      let request = HTTPRequest("GET", "/", bodyLimit: 4)
      #expect(try ask(answer, request, then: .waits(milliseconds: 5_000)).response.body == Array("hell".utf8))
    }
  }

  @Test func headOfAnAnswerToHeadIsAllThereIs() throws {
    let response = try ask("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", HTTPRequest("HEAD", "/")).response
    #expect(response.fields["content-length"] == "99999999999" && response.body.isEmpty)
  }

  @Test func redirectionIsAnAnswer() throws {
    let response = try ask("HTTP/1.1 301 Moved\r\nLocation: https://a/\r\nContent-Length: 0\r\n\r\n").response
    #expect(response.status == 301 && response.fields["Location"] == "https://a/")
  }

  @Test(
    arguments: [
      ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", .cutShort), ("", .cutShort),
      ("HTTP/1.1 200 OK\r\nContent-Le", .cutShort),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", .cutShort),
      ("HTTP/2 200 OK\r\n\r\n", .malformed), ("SSH-2.0-OpenSSH\r\n\r\n", .malformed),
      ("HTTP/1.1 101 Switching\r\n\r\n", .malformed), ("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", .malformed),
      ("HTTP/1.1 200 OK\r\n: x\r\n\r\n", .malformed),
      ("HTTP/1.1 200 OK\r\nX: " + String(repeating: "a", count: 70_000) + "\r\n\r\n", .malformed),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", .malformed),
    ] as [(String, HTTPFailure)])
  func brokenResponseIsAFailure(answer: String, failure: HTTPFailure) {
    #expect(throws: failure) { try ask(answer) }
  }

  @Test func resetConnectionIsCutShort() throws {
    #expect(throws: HTTPFailure.cutShort) { try ask("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe", then: .resets) }
  }

  @Test func silenceEndsTheWait() throws {
    let server = try ScriptedServer([[.awaits(Self.head), .waits(milliseconds: 10_000)]])
    var connection = try HTTPConnection(to: server.origin, seconds: 1)
    #expect(throws: HTTPFailure.timedOut) { try connection.exchange(HTTPRequest("GET", "/")) }
  }

  @Test func connectionIsReusedWhereTheServerKeepsIt() throws {
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
    let keeps = try ScriptedServer([
      [.awaits(Self.head), .sends(answer + "\r\n"), .awaits(Self.head), .sends(answer + "\r\n")]
    ])
    let closes = try ScriptedServer(
      Array(repeating: [.awaits(Self.head), .sends(answer + "Connection: close\r\n\r\n")], count: 2))
    for (server, isReused) in [(keeps, true), (closes, false)] {
      var connection = try HTTPConnection(to: server.origin, seconds: 5)
      for _ in 0..<2 { _ = try connection.exchange(HTTPRequest("GET", "/")) }
      #expect(connection.isReused == isReused)
      #expect(connection.localAddress == "127.0.0.1" && connection.certificateDaysLeft == nil)
    }
  }

  @Test func thereIsNoConnectionWhereNobodyListens() throws {
    var connection = try HTTPConnection(to: #require(HTTPOrigin("http://127.0.0.1:1")), seconds: 5)
    #expect(throws: HTTPFailure.notConnected(.connectionRefused)) { try connection.exchange(HTTPRequest("GET", "/")) }
  }

  @Test func nameWithoutAnAddressIsTold() throws {
    var connection = try HTTPConnection(to: #require(HTTPOrigin("http://nowhere.invalid")), seconds: 5)
    do throws(HTTPFailure) {
      _ = try connection.exchange(HTTPRequest("GET", "/"))
      Issue.record("there is such a host")
    } catch {
      guard case .unknownHost(let reason) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(reason.contains("nowhere.invalid"))
    }
  }

  @Test func serverThatSpeaksNoTLSIsTold() throws {
    let server = try ScriptedServer([[.awaits("\u{1}"), .sends("HTTP/1.1 400 Bad\r\n\r\n")]])
    var connection = try HTTPConnection(to: #require(HTTPOrigin("https://127.0.0.1:\(server.origin.port)")), seconds: 5)
    #expect(throws: HTTPFailure.noTLS("wrong version number")) { try connection.exchange(HTTPRequest("GET", "/")) }
  }

  @Test func libraryHasAVersion() { #expect(HTTPConnection.libraryVersion?.first?.isNumber == true) }
}
