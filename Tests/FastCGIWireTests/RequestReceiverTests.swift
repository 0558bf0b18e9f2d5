import FastCGIFixture
import FastCGIWire
import Testing

/// The obligations of the specification, each as bytes and what they come to.
struct RequestReceiverTests {
  private let parameters = WireBytes.pairs(["REQUEST_METHOD": "GET", "REQUEST_URI": "/healthz"])
  private var arrived: Received { .request(id: 1, keepsConnection: true, parameters: parameters) }

  private func endRequest(_ status: UInt8, id: UInt16 = 1) -> [UInt8] {
    [1, 3, UInt8(id >> 8), UInt8(id & 0xFF), 0, 8, 0, 0, 0, 0, 0, 0, status, 0, 0, 0]
  }

  // MARK: Requests

  @Test(arguments: [1, 2, 255, 256, 65_535] as [UInt16])
  func requestOfAnyID(id: UInt16) {
    #expect(
      Received.from(WireBytes.request(parameters, body: [1, 2, 3], id: id, keeps: false))
        == [.request(id: id, keepsConnection: false, parameters: parameters), .body([1, 2, 3]), .bodyEnded])
  }

  @Test func emptyStreamsAreStreams() {
    #expect(
      Received.from(WireBytes.request([], body: [])) == [
        .request(id: 1, keepsConnection: true, parameters: []), .bodyEnded,
      ])
  }

  @Test func streamsInOneByteRecords() {
    let bytes = WireBytes.request(parameters, body: Array(0..<200), padding: 3, chunk: 1)
    #expect(Received.from(bytes) == [arrived, .body(Array(0..<200)), .bodyEnded])
  }

  @Test func fullestRecordWithFullestPadding() {
    let body = [UInt8](repeating: 9, count: 3 * 65_535)
    #expect(
      Received.from(WireBytes.request(parameters, body: body, padding: 255)) == [arrived, .body(body), .bodyEnded])
  }

  @Test func requestsFollowEachOther() {
    var receiver = RequestReceiver()
    for id in [1, 1, 7] as [UInt16] {
      #expect(receiver.isBetweenRequests)
      let bytes = WireBytes.request(parameters, body: [5], id: id)
      #expect(
        Received.from([bytes[...]], &receiver)
          == [.request(id: id, keepsConnection: true, parameters: parameters), .body([5]), .bodyEnded])
      #expect(!receiver.isBetweenRequests)
      let wasWhole = receiver.finishActiveRequest()
      #expect(wasWhole)
    }
  }

  @Test func requestAnsweredBeforeItsEndIsNotWhole() {
    var receiver = RequestReceiver()
    let bytes = WireBytes.begin() + WireBytes.record(.parameters) + WireBytes.record(.standardInput, [1])
    _ = Received.from([bytes[...]], &receiver)
    let wasWhole = receiver.finishActiveRequest()
    #expect(!wasWhole)
  }

  // MARK: Cuts

  @Test func actionsAreTheSameWhereverTheStreamIsCut() {
    let records: [[UInt8]] = [
      WireBytes.begin(role: 2, id: 3),
      WireBytes.record(.getValues, WireBytes.pairs(["FCGI_MPXS_CONNS": ""]), id: 0),
      WireBytes.begin(),
      WireBytes.record(.standardInput, [9], id: 4),
      WireBytes.record(.parameters, Array(parameters[..<5]), padding: 2),
      WireBytes.begin(id: 2),
      WireBytes.record(.parameters, Array(parameters[5...]), padding: 1),
      WireBytes.record(.parameters),
      WireBytes.record(.standardInput, [1, 2, 3], padding: 4),
      WireBytes.record(RecordType(rawValue: 99), [0], id: 0),
      WireBytes.record(.standardInput, [4]),
      WireBytes.record(.standardInput),
      WireBytes.record(.abortRequest),
    ]
    let busy = Array(records.joined())
    let whole = Received.from(busy)
    #expect(whole.count == 9)
    for first in 0...busy.count {
      var receiver = RequestReceiver()
      #expect(joined(Received.from([busy[..<first], busy[first...]], &receiver)) == joined(whole))
    }
    for size in 2...40 {
      var receiver = RequestReceiver()
      let pieces = stride(from: 0, to: busy.count, by: size).map { busy[$0..<min($0 + size, busy.count)] }
      #expect(joined(Received.from(pieces, &receiver)) == joined(whole))
    }
    var receiver = RequestReceiver()
    #expect(joined(Received.from(busy.indices.map { busy[$0...$0] }, &receiver)) == joined(whole))
  }

  /// Body pieces side by side made one: those of two records are when nothing came between them.
  private func joined(_ received: [Received]) -> [Received] {
    received.reduce(into: []) { result, next in
      if case .body(let more) = next, case .body(let before)? = result.last {
        result[result.count - 1] = .body(before + more)
      } else {
        result.append(next)
      }
    }
  }

  // MARK: Records that mean nothing

  @Test func recordsOfUnknownIDsAreIgnored() {
    let records: [[UInt8]] = [
      WireBytes.record(.standardInput, [1, 2], id: 9),
      WireBytes.record(.standardInput, id: 9),
      WireBytes.record(.parameters, [0xFF], id: 9),
      WireBytes.record(.parameters, id: 9),
      WireBytes.record(.abortRequest, id: 9),
      WireBytes.record(.data, [3], id: 9),
      WireBytes.record(.getValues, [0xFF], id: 9),
    ]
    let stray = Array(records.joined())
    let request = WireBytes.request(parameters, body: [7])
    #expect(Received.from(stray) == [])
    let pieces: [[UInt8]] = [stray, Array(request[..<16]), stray, Array(request[16...]), stray]
    #expect(Received.from(Array(pieces.joined())) == [arrived, .body([7]), .bodyEnded])
  }

  @Test func unknownTypesOfTheActiveRequestAreIgnored() {
    let request = WireBytes.request(parameters)
    let unknown = WireBytes.record(RecordType(rawValue: 77), [1, 2, 3]) + WireBytes.record(.data, [4])
    let pieces: [[UInt8]] = [Array(request[..<16]), unknown, Array(request[16...])]
    #expect(Received.from(Array(pieces.joined())) == [arrived, .bodyEnded])
  }

  @Test func bodyBeforeTheEndOfParametersIsIgnored() {
    let records: [[UInt8]] = [
      WireBytes.begin(),
      WireBytes.record(.standardInput, [1]),
      WireBytes.record(.parameters),
      WireBytes.record(.parameters, [2]),
      WireBytes.record(.standardInput, [3]),
      WireBytes.record(.standardInput),
      WireBytes.record(.standardInput, [4]),
    ]
    #expect(
      Received.from(Array(records.joined())) == [
        .request(id: 1, keepsConnection: true, parameters: []), .body([3]), .bodyEnded,
      ])
  }

  // MARK: Refusals

  @Test func secondRequestOnABusyConnectionIsRefusedAndTheFirstGoesOn() {
    let first = WireBytes.request(parameters, body: [1])
    let second = WireBytes.request(parameters, body: [2], id: 0x0203)
    for split in [16, 16 + 8 + parameters.count, first.count - 8, first.count] {
      let pieces: [[UInt8]] = [Array(first[..<split]), second, Array(first[split...])]
      let received = Received.from(Array(pieces.joined()))
      #expect(received.contains(.reply(endRequest(1, id: 0x0203), closes: false)))
      #expect(received.filter { if case .reply = $0 { false } else { true } } == [arrived, .body([1]), .bodyEnded])
    }
  }

  @Test(arguments: [0, 2, 3, 77, 256, 65_535] as [UInt16])
  func otherRolesAreRefusedAndTheirStreamsIgnored(role: UInt16) {
    let streams =
      WireBytes.record(.parameters, [1, 2]) + WireBytes.record(.parameters) + WireBytes.record(.standardInput)
    #expect(
      Received.from(WireBytes.begin(role: role) + streams + WireBytes.request(parameters))
        == [.reply(endRequest(3), closes: false), arrived, .bodyEnded])
    #expect(Received.from(WireBytes.begin(role: role, keeps: false)) == [.reply(endRequest(3), closes: true)])
  }

  // MARK: Abort

  @Test func abortBeforeTheEndOfParametersIsAnsweredHere() {
    for keeps in [true, false] {
      let bytes =
        WireBytes.begin(keeps: keeps) + WireBytes.record(.parameters, [1, 2]) + WireBytes.record(.abortRequest)
      #expect(Received.from(bytes) == [.reply(endRequest(0), closes: !keeps)])
    }
    let next = WireBytes.begin() + WireBytes.record(.abortRequest) + WireBytes.request(parameters)
    #expect(Received.from(next) == [.reply(endRequest(0), closes: false), arrived, .bodyEnded])
  }

  @Test func abortInTheBodyEndsTheRequest() {
    let bytes =
      WireBytes.begin() + WireBytes.record(.parameters) + WireBytes.record(.standardInput, [1])
      + WireBytes.record(.abortRequest) + WireBytes.record(.standardInput, [2]) + WireBytes.record(.standardInput)
    var receiver = RequestReceiver()
    #expect(
      Received.from([bytes[...]], &receiver)
        == [.request(id: 1, keepsConnection: true, parameters: []), .body([1]), .abort])
    let wasWhole = receiver.finishActiveRequest()
    #expect(wasWhole, "what still comes for that id is ignored, so the connection can go on")
    #expect(Received.from([WireBytes.record(.standardInput, [2])[...]], &receiver) == [])
  }

  @Test func abortBehindTheBodyIsReported() {
    #expect(
      Received.from(WireBytes.request(parameters) + WireBytes.record(.abortRequest)) == [arrived, .bodyEnded, .abort])
  }

  @Test func abortOfNothingIsIgnored() {
    #expect(Received.from(WireBytes.record(.abortRequest)) == [])
  }

  // MARK: Management

  @Test func knownValuesAreAnsweredAndUnknownOnesOmitted() throws {
    let asked = WireBytes.pairs(["FCGI_MPXS_CONNS": "", "NO_SUCH": "", "FCGI_MAX_REQS": "", "FCGI_MAX_CONNS": ""])
    let received = Received.from(WireBytes.record(.getValues, asked, id: 0, padding: 3))
    guard case .reply(let reply, closes: false)? = received.first, received.count == 1 else {
      return #expect(Bool(false), "no reply")
    }
    #expect(Array(reply[..<4]) == [1, 10, 0, 0])
    let length = Int(reply[4]) << 8 | Int(reply[5])
    let values = try #require(ParameterList(Array(reply[8..<8 + length])))
    #expect(values.count == 3 && values["FCGI_MPXS_CONNS"] == "0")
    for name in ["FCGI_MAX_CONNS", "FCGI_MAX_REQS"] { #expect(Int(try #require(values[name])) ?? 0 > 0) }
  }

  @Test func nameThatIsAskedTwiceIsAnsweredOnce() {
    let asked = WireBytes.pairs(["FCGI_MPXS_CONNS": "", "FCGI_MPXS_CONNS": ""])
    var expected: [UInt8] = []
    expected.appendRecord(.getValuesResult, requestID: 0, content: WireBytes.pairs(["FCGI_MPXS_CONNS": "0"]))
    #expect(Received.from(WireBytes.record(.getValues, asked, id: 0)) == [.reply(expected, closes: false)])
  }

  @Test func questionForNothingIsAnswered() {
    #expect(
      Received.from(WireBytes.record(.getValues, id: 0)) == [.reply([1, 10, 0, 0, 0, 0, 0, 0], closes: false)])
  }

  @Test(arguments: [0, 1, 2, 3, 4, 5, 8, 10, 11, 12, 100, 255] as [UInt8])
  func unknownManagementTypesAreNamedInTheAnswer(type: UInt8) {
    let bytes = WireBytes.record(RecordType(rawValue: type), [1, 2, 3], id: 0, padding: 5)
    #expect(
      Received.from(bytes) == [.reply([1, 11, 0, 0, 0, 8, 0, 0, type, 0, 0, 0, 0, 0, 0, 0], closes: false)])
  }

  @Test func managementIsAnsweredInTheMiddleOfARequest() {
    let request = WireBytes.request(parameters, body: [1])
    let question = WireBytes.record(.getValues, id: 0)
    for split in [16, 16 + 8 + parameters.count, request.count - 8] {
      let pieces: [[UInt8]] = [Array(request[..<split]), question, Array(request[split...])]
      let received = Received.from(Array(pieces.joined()))
      #expect(received.contains(.reply([1, 10, 0, 0, 0, 0, 0, 0], closes: false)))
      #expect(received.count == 4)
    }
  }

  // MARK: Violations

  @Test func violationsAreTheLastThingThatHappens() {
    var wrongVersion = WireBytes.request(parameters)
    wrongVersion[0] = 2
    let samples: [[UInt8]] = [
      wrongVersion, Array("GET / HTTP/1.1\r\n\r\n".utf8), WireBytes.begin() + WireBytes.begin(),
      WireBytes.record(.beginRequest, [0, 1, 1]), WireBytes.record(.beginRequest),
      WireBytes.record(.getValues, [5], id: 0),
    ]
    for sample in samples {
      for size in [1, 5, 1_000] {
        var receiver = RequestReceiver()
        let all = sample + WireBytes.request(parameters)
        let received = Received.from(
          stride(from: 0, to: all.count, by: size).map { all[$0..<min($0 + size, all.count)] }, &receiver)
        #expect(received.count == 1)
        guard case .violation? = received.first else { return #expect(Bool(false), "\(sample)") }
        #expect(!receiver.isBetweenRequests)
        let wasWhole = receiver.finishActiveRequest()
        #expect(!wasWhole)
      }
    }
  }

  @Test func parametersMayBeAsLongAsTheLimitAndNoLonger() {
    for (length, passes) in [(1_000, true), (1_001, false)] {
      let parameters = [UInt8](repeating: 0, count: length)
      for chunk in [1, 999, 65_535] {
        let received = Received.from(WireBytes.request(parameters, chunk: chunk), parameterLimit: 1_000)
        if passes {
          #expect(received.first == .request(id: 1, keepsConnection: true, parameters: parameters))
        } else {
          #expect(received == [.violation("parameters over 1000 bytes")])
        }
      }
    }
  }

  /// CVE-2025-23016: lengths whose sum overflows. They are content here, judged where the list is read.
  @Test func hostileLengthsOfPairsPassAsBytes() {
    let hostile: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x61]
    #expect(
      Received.from(WireBytes.request(hostile)).first
        == .request(id: 1, keepsConnection: true, parameters: hostile))
    #expect(ParameterList(hostile) == nil)
  }
}
