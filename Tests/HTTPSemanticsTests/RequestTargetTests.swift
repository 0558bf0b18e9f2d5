import HTTPSemantics
import RandomFixture
import Testing

@Suite struct RequestTargetTests {
  private func target(_ text: String) throws -> RequestTarget {
    try RequestTarget(text.utf8)
  }

  @Test func pathAndQueryAreSplitRawAndDecodedOnce() throws {
    let target = try target("/a%2Fb/%D0%B6/x%2520/?q=1%262&r=a+b?c")
    #expect(target.rawPath.text == "/a%2Fb/%D0%B6/x%2520/")
    #expect(target.rawQuery?.text == "q=1%262&r=a+b?c")
    #expect(target.segmentStrings == ["a/b", "ж", "x%20", ""])
    #expect(target.query.first("q") == "1&2")
    #expect(target.query.first("r") == "a b?c")
  }

  @Test(arguments: [
    ("/", [""]), ("/a", ["a"]), ("/a/", ["a", ""]), ("//a", ["", "a"]), ("/a/../b", ["a", "..", "b"]),
    ("/a+b", ["a+b"]),
    ("http://host:8080/a/b", ["a", "b"]), ("HTTPS://host", [""]), ("http://host?x", [""]), ("*", []), ("", [""]),
    ("/a#b", ["a"]),
  ])
  func segmentsAreThoseBetweenSlashes(text: String, segments: [String]) throws {
    #expect(try target(text).segmentStrings == segments)
  }

  @Test(arguments: [
    ("/%", RequestTargetError.malformedPath), ("/%4", .malformedPath), ("/%zz", .malformedPath),
    ("/?a=%", .malformedQuery), ("/?%g1", .malformedQuery), ("host:80", .notAPath), ("a/b", .notAPath),
    ("**", .notAPath), ("mailto:x", .notAPath),
  ])
  func malformedTargetsAreRefused(text: String, error: RequestTargetError) {
    #expect(throws: error) { try target(text) }
  }

  @Test func segmentThatIsNotTextHasNoString() throws {
    let target = try target("/a/%FF%00")
    #expect(target.segments == [[0x61], [0xFF, 0]])
    #expect(target.segmentStrings == nil)
  }
}

@Suite struct QueryParametersTests {
  @Test func orderAndRepetitionAreKept() throws {
    let query = try QueryParameters(parsing: "b=1&a=2&&b=3&c&=5&d=x=y&".utf8)
    #expect(query.parameters.map(\.name.text) == ["b", "a", "b", "c", "", "d"])
    #expect(query.all("b") == ["1", "3"])
    #expect(query.first("b") == "1")
    #expect(query.first("c") == "")
    #expect(query.first("") == "5")
    #expect(query.first("d") == "x=y")
    #expect(query.contains("c"))
    #expect(!query.contains("e"))
    #expect(query.first("e") == nil)
  }

  @Test func plusIsASpaceUnlessSaidOtherwise() throws {
    #expect(try QueryParameters(parsing: "a+b=c+%2B".utf8).first("a b") == "c +")
    #expect(try QueryParameters(parsing: "a=b+c".utf8, plusIsSpace: false).first("a") == "b+c")
  }

  @Test func valueThatIsNotTextIsThereAsBytes() throws {
    let query = try QueryParameters(parsing: "a=%FF".utf8)
    #expect(query.first("a") == nil)
    #expect(query.firstBytes("a") == [0xFF])
    #expect(query.all("a").isEmpty)
    #expect(query.contains("a"))
  }
}

@Suite struct PercentEncodingTests {
  @Test(arguments: [
    ("a b/c", "a%20b%2Fc"), ("ж", "%D0%B6"), ("a+b&c=d", "a%2Bb%26c%3Dd"), ("~-._", "~-._"), ("%", "%25"), ("", ""),
  ])
  func segmentsAreEncoded(text: String, encoded: String) {
    #expect(PercentEncoding.encodePathSegment(text) == encoded)
  }

  @Test func pathKeepsItsSlashes() {
    #expect(PercentEncoding.encode("a/b c".utf8, allowing: PercentEncoding.path) == "a/b%20c")
    #expect(PercentEncoding.encodeQueryComponent("a/b?&+#") == "a/b%3F%26%2B%23")
  }

  @Test(arguments: [("%", 0), ("ab%", 2), ("%4", 0), ("a%20%g0", 4), ("%0g", 0), ("%%41", 0)])
  func faultIsNamedByItsOffset(text: String, offset: Int) {
    #expect(throws: PercentDecodingError.malformedEscape(offset: offset)) { try PercentEncoding.decode(text.utf8) }
  }

  @Test func everyByteStringComesBack() throws {
    var generator = SeededGenerator(seed: 3)
    let sets = [
      PercentEncoding.unreserved, PercentEncoding.pathSegment, PercentEncoding.path, PercentEncoding.queryComponent,
      PercentEncoding.extendedValue,
    ]
    for _ in 0..<300 {
      let bytes = generator.bytes(upTo: 40)
      for set in sets {
        let encoded = PercentEncoding.encode(bytes, allowing: set)
        #expect(try PercentEncoding.decode(encoded.utf8) == bytes)
      }
    }
  }
}
