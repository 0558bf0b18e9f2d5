import HTTPSemantics
import RandomFixture
import Testing

@Suite struct MultipartParserTests {
  private static let browserForm = """
    --X\r
    Content-Disposition: form-data; name="title"\r
    \r
    Hello\r
    --X\r
    Content-Disposition: form-data; name="file"; filename="cat.jpg"\r
    Content-Type: image/jpeg\r
    \r
    \r\n--\r\r\n--x\r\n-X binary\r\n\r
    --X--\r

    """

  @Test func formOfABrowserIsTakenApart() throws {
    let outcome = Outcome(parsing: Array(Self.browserForm), boundary: "X")
    #expect(outcome.error == nil)
    #expect(outcome.isFinished)
    #expect(outcome.parts.map(\.name) == ["title", "file"])
    #expect(outcome.parts.map(\.filename) == [nil, "cat.jpg"])
    #expect(outcome.parts.map(\.contentType) == [nil, "image/jpeg"])
    #expect(outcome.parts.map(\.content.text) == ["Hello", "\r\n--\r\r\n--x\r\n-X binary\r\n"])
  }

  private static let part = "Content-Disposition: form-data; name=\"a\"\r\n"

  /// A body, what it holds, and the fault if there is one.
  private static let table: [(body: String, contents: [String], error: MultipartError?)] = [
    (browserForm, ["Hello", "\r\n--\r\r\n--x\r\n-X binary\r\n"], nil),
    ("--X--", [], nil),
    ("preamble\r\n--X \t\r\n\(part)\r\nabc\r\n--X--epilogue\r\n--X\r\nignored", ["abc"], nil),
    ("--X\r\n\(part)\r\n\r\n--X--", [""], nil),
    ("--X\r\n\(part)\r\n--X--", [""], nil),
    ("--X\r\n\(part)\r\n--Y\r\n--X--", ["--Y"], nil),
    ("--X\r\n\(part)\r\n-\r\n-\r\n--\r\n--X--", ["-\r\n-\r\n--"], nil),
    ("--X\r\n\(part)\r\n\r\r\r\n--X--", ["\r\r"], nil),
    ("--X\r\nContent-Disposition: form-data;\r\n\tname=\"a\"\r\n\r\nabc\r\n--X--", ["abc"], nil),
    ("", [], .truncated),
    ("--X", [], .truncated),
    ("--X-", [], .truncated),
    ("--X\r\n\(part)", [], .truncated),
    ("--X\r\n\(part)\r\nabc", ["abc"], .truncated),
    ("--X\r\n\(part)\r\nabc\r\n--X", ["abc"], .truncated),
    ("--X\r\n\(part)\r\nabc\n--X--", ["abc\n--X--"], .truncated),
    ("a--X--", [], .truncated),
    ("--X\n\(part)\r\n", [], .bareLineFeed),
    ("--X \n", [], .bareLineFeed),
    ("--X\r\nContent-Disposition: form-data; name=\"a\"\n\r\nabc", [], .bareLineFeed),
    ("--XX\r\n", [], .malformedDelimiter),
    ("--X\r\n\(part)\r\nabc\r\n--XY", ["abc"], .malformedDelimiter),
    ("--X-\r\n", [], .malformedDelimiter),
    ("--X --", [], .malformedDelimiter),
    ("--X\rX", [], .malformedDelimiter),
    ("--X\r\nno colon\r\n\r\n", [], .malformedHeader),
    ("--X\r\n folded: first\r\n\r\n", [], .malformedHeader),
    ("--X\r\nbad name: x\r\n\r\n", [], .malformedHeader),
    ("--X\r\nA: \0\r\n\r\n", [], .malformedHeader),
    ("--X\r\n\r\nabc\r\n--X--", [], .missingDisposition),
    ("--X\r\nContent-Disposition: form-data\r\n\r\n", [], .missingDisposition),
    ("--X\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n", [], .missingDisposition),
    ("--X\r\nContent-Disposition: form-data; name=\"a\r\n\r\n", [], .missingDisposition),
    ("--X\r\n\(part)\(part)\r\n", [], .missingDisposition),
    ("--X\r\n\(part)Content-Transfer-Encoding: base64\r\n\r\n", [], .unsupportedTransferEncoding),
    ("--X\r\n\(part)Content-Transfer-Encoding: BINARY\r\n\r\nabc\r\n--X--", ["abc"], nil),
  ]

  @Test(arguments: table.indices)
  func bodiesGiveTheirPartsOrTheirFaultWhereverTheyAreCut(index: Int) {
    let (body, contents, error) = Self.table[index]
    let bytes = Array(body)
    let whole = Outcome(parsing: bytes, boundary: "X")
    #expect(whole.error == error, "\(body.debugDescription)")
    #expect(whole.parts.map(\.content.text) == contents, "\(body.debugDescription)")
    #expect(whole.isFinished == (error == nil))
    for cut in 0...bytes.count {
      #expect(Outcome(parsing: bytes, boundary: "X", cuts: [cut]) == whole, "cut at \(cut)")
    }
    #expect(Outcome(parsing: bytes, boundary: "X", cuts: Array(0...bytes.count)) == whole, "cut everywhere")
  }

  @Test func everyPairOfCutsGivesTheSameEvents() {
    let bytes = Array("\r\n--ab\r\n\(Self.part)\r\n\r\n--a\r\r\n--ab \r\n\(Self.part)\r\n\r\n--ab--")
    let whole = Outcome(parsing: bytes, boundary: "ab")
    #expect(whole.parts.map(\.content.text) == ["\r\n--a\r", ""])
    for first in 0...bytes.count {
      for second in first...bytes.count {
        #expect(Outcome(parsing: bytes, boundary: "ab", cuts: [first, second]) == whole)
      }
    }
  }

  @Test(arguments: ["", " ", "a ", String(repeating: "a", count: 71), "a\rb", "a\u{7F}", "é", "a\0"])
  func boundaryOutsideTheGrammarIsRefused(boundary: String) {
    #expect(throws: MultipartError.invalidBoundary) { try MultipartParser(boundary: boundary) }
  }

  @Test(arguments: ["'()+_,-./:=?", "a b", String(repeating: "-", count: 70), "----WebKitFormBoundary7MA4YWxkTrZu0gW"])
  func everyBoundaryOfTheGrammarWorks(boundary: String) {
    let body = "--\(boundary)\r\n\(Self.part)\r\n\r\n-\(boundary)\r\n--\(boundary)--"
    #expect(Outcome(parsing: Array(body), boundary: boundary).parts.map(\.content.text) == ["\r\n-\(boundary)"])
  }

  @Test func headerSectionHasALimit() {
    func error(padding: Int) -> MultipartError? {
      let body = "--X\r\nX: \(String(repeating: "x", count: padding))\r\n\(Self.part)\r\nabc\r\n--X--"
      return Outcome(parsing: Array(body), boundary: "X", limits: .init(headerSection: 100)).error
    }
    let others = "X: \r\n\(Self.part)\r\n".utf8.count
    #expect(error(padding: 100 - others) == nil)
    #expect(error(padding: 101 - others) == .headersTooLong)
    #expect(error(padding: 100_000) == .headersTooLong)
  }

  @Test func partsHaveALimit() {
    let one = "--X\r\n\(Self.part)\r\nabc\r\n"
    let limits = MultipartParser.Limits(parts: 2)
    #expect(Outcome(parsing: Array(one + one + "--X--"), boundary: "X", limits: limits).error == nil)
    let three = Outcome(parsing: Array(one + one + one + "--X--"), boundary: "X", limits: limits)
    #expect(three.error == .tooManyParts)
    #expect(three.parts.count == 2)
  }

  @Test func faultIsRepeated() throws {
    var parser = try MultipartParser(boundary: "X")
    var events: [MultipartEvent] = []
    #expect(throws: MultipartError.malformedDelimiter) { try parser.consume(Array("--Xx")[...], into: &events) }
    #expect(throws: MultipartError.malformedDelimiter) { try parser.consume(Array("--X--")[...], into: &events) }
    #expect(throws: MultipartError.malformedDelimiter) { try parser.finish() }
    #expect(events.isEmpty)
  }

  @Test func contentIsASliceOfTheInput() throws {
    var parser = try MultipartParser(boundary: "X")
    var events: [MultipartEvent] = []
    let body = Array("__--X\r\n\(Self.part)\r\nabc\r\n--X--")
    try parser.consume(body[2...], into: &events)
    guard events.count == 4, case .partData(let data) = events[1] else {
      Issue.record("\(events)")
      return
    }
    #expect(body[data.indices] == data)
    #expect(data == Array("abc")[...])
    #expect(events.suffix(2) == [.partEnded, .finished])
  }

  @Test func randomContentsComeBackWhateverTheCuts() {
    var generator = SeededGenerator(seed: 6)
    for _ in 0..<300 {
      let boundary = ["X", "--", "ab-ab", "-aXa"].randomElement(using: &generator)!
      let delimiter = Array("\r\n--\(boundary)")
      var contents: [[UInt8]] = []
      var body: [UInt8] = []
      for _ in 0..<Int.random(in: 0...3, using: &generator) {
        let content = generator.bytes(upTo: 200, favouring: delimiter)
        guard (delimiter.dropFirst(2) + content).firstRange(of: delimiter) == nil,
          !content.starts(with: delimiter.dropFirst(2))
        else { continue }
        contents.append(content)
        body += Array("--\(boundary)\r\n\(Self.part)\r\n") + content + [13, 10]
      }
      body += Array("--\(boundary)--\r\n")
      let cuts = (0..<8).map { _ in Int.random(in: 0...body.count, using: &generator) }.sorted()
      let outcome = Outcome(parsing: body, boundary: boundary, cuts: cuts)
      #expect(outcome.error == nil)
      #expect(outcome.isFinished)
      #expect(outcome.parts.map(\.content) == contents)
    }
  }
}

/// What a parser makes of a body, with the pieces of each part's content put together.
private struct Outcome: Equatable {
  struct Part: Equatable {
    var name: String
    var filename: String?
    var contentType: String?
    var content: [UInt8] = []
    var isEnded = false
  }

  var parts: [Part] = []
  var isFinished = false
  var error: MultipartError?

  /// Parses `body` in the pieces that `cuts`, in order, make of it.
  init(
    parsing body: [UInt8], boundary: String, cuts: [Int] = [], limits: MultipartParser.Limits = .init()
  ) {
    do throws(MultipartError) {
      var parser = try MultipartParser(boundary: boundary, limits: limits)
      var start = 0
      for end in cuts + [body.count] {
        var events: [MultipartEvent] = []
        defer { for event in events { take(event) } }
        try parser.consume(body[start..<end], into: &events)
        start = end
      }
      try parser.finish()
    } catch {
      self.error = error
    }
  }

  private mutating func take(_ event: MultipartEvent) {
    switch event {
    case .partBegan(let headers):
      parts.append(Part(name: headers.name, filename: headers.filename, contentType: headers.contentType?.essence))
    case .partData(let data):
      #expect(!data.isEmpty && parts.last?.isEnded == false)
      parts[parts.count - 1].content += data
    case .partEnded:
      parts[parts.count - 1].isEnded = true
    case .finished:
      #expect(!isFinished && parts.allSatisfy(\.isEnded))
      isFinished = true
    }
  }
}
