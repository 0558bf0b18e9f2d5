import HTTPSemantics
import RandomFixture
import Testing

@Suite struct ByteRangeTests {
  /// The examples of RFC 9110 §14.1.2 for 10,000 bytes, and the edges.
  @Test(arguments: [
    ("bytes=0-499", ByteRange.partial(0..<500)), ("bytes=500-999", .partial(500..<1000)),
    ("bytes=-500", .partial(9500..<10_000)), ("bytes=9500-", .partial(9500..<10_000)), ("bytes=0-0", .partial(0..<1)),
    ("bytes=-1", .partial(9999..<10_000)), ("bytes=0-", .partial(0..<10_000)), ("BYTES=0-0", .partial(0..<1)),
    ("bytes=9999-", .partial(9999..<10_000)), ("bytes=0-9999", .partial(0..<10_000)),
    ("bytes=0-10000", .partial(0..<10_000)), ("bytes=-10001", .partial(0..<10_000)), ("bytes= 0-0 ,", .partial(0..<1)),
    ("bytes=0-99999999999999999999999999", .partial(0..<10_000)),
    ("bytes=-99999999999999999999999999", .partial(0..<10_000)),
    ("bytes=10000-", .unsatisfiable), ("bytes=10000-10001", .unsatisfiable), ("bytes=-0", .unsatisfiable),
    ("bytes=99999999999999999999999999-", .unsatisfiable),
    ("bytes=0-0,-1", .whole), ("bytes=500-600,601-999", .whole), ("bytes=5-4", .whole), ("bytes=-", .whole),
    ("bytes=", .whole), ("bytes", .whole), ("", .whole), ("bytes=a-b", .whole), ("bytes=1", .whole),
    ("bytes=1-2-3", .whole), ("bytes=--1", .whole), ("bytes=+1-2", .whole), ("bytes=0-5 x", .whole),
    ("bytes=0 - 5", .whole), ("items=0-5", .whole), ("bytes =0-5", .whole), ("bytes=0x0-5", .whole),
  ])
  func rangesOfTenThousandBytes(text: String, range: ByteRange) {
    #expect(ByteRange(parsing: text, length: 10_000) == range)
  }

  @Test func emptyRepresentationHasNoRange() {
    #expect(ByteRange(parsing: "bytes=0-", length: 0) == .unsatisfiable)
    #expect(ByteRange(parsing: "bytes=-5", length: 0) == .whole)
  }

  @Test func greatestLengthDoesNotOverflow() {
    #expect(ByteRange(parsing: "bytes=0-18446744073709551615", length: .max) == .partial(0..<UInt64.max))
    #expect(ByteRange(parsing: "bytes=-18446744073709551615", length: .max) == .partial(0..<UInt64.max))
    #expect(ByteRange(parsing: "bytes=18446744073709551615-", length: .max) == .unsatisfiable)
  }

  @Test func contentRangesAreWritten() {
    #expect(ContentRange.partial(0..<500, length: 10_000) == "bytes 0-499/10000")
    #expect(ContentRange.unsatisfied(length: 10_000) == "bytes */10000")
    #expect(ContentRange.partial(5..<5, length: 10) == "bytes */10")
  }

  @Test func partialNeverLeavesTheRepresentation() {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<2000 {
      let text = "bytes=" + generator.bytes(upTo: 6, favouring: Array("0123456789-, ")).text
      let length = UInt64.random(in: 0...200, using: &generator)
      if case .partial(let range) = ByteRange(parsing: text, length: length) {
        #expect(!range.isEmpty && range.upperBound <= length, "\(text)")
      }
    }
  }
}

@Suite struct RangeSelectionTests {
  private static let date = "Fri, 24 Jan 2025 14:00:00 GMT"
  private static let current = Validators(etag: EntityTag("a"), lastModified: 1_737_727_200)

  private func select(_ headers: HeaderFields, method: HTTPMethod = .get) -> RangeSelection {
    RangeSelection.select(headers, method: method, length: 100, current: Self.current)
  }

  @Test(
    arguments: [
      (["Range": "bytes=0-9"], .partial(0..<10)),
      (["Range": "bytes=100-"], .unsatisfiable),
      (["Range": "bytes=0-9,20-29"], .whole),
      (["Range": "bytes=0-9", "range": "bytes=5-6"], .whole),
      ([:], .whole),
      (["Range": "bytes=0-9", "If-Range": "\"a\""], .partial(0..<10)),
      (["Range": "bytes=0-9", "If-Range": "\"b\""], .whole),
      (["Range": "bytes=0-9", "If-Range": "W/\"a\""], .whole),
      (["Range": "bytes=0-9", "If-Range": "*"], .whole),
      (["Range": "bytes=0-9", "If-Range": "a"], .whole),
      (["Range": "bytes=0-9", "If-Range": date], .partial(0..<10)),
      (["Range": "bytes=0-9", "If-Range": "Fri, 24 Jan 2025 14:00:01 GMT"], .whole),
      (["Range": "bytes=100-", "If-Range": "\"b\""], .whole),
      (["Range": "bytes=0-9", "If-None-Match": "\"a\""], .notModified),
      (["Range": "bytes=100-", "If-None-Match": "\"a\""], .notModified),
      (["Range": "bytes=0-9", "If-Match": "\"b\""], .preconditionFailed),
      (["Range": "bytes=0-9", "If-Match": "\"a\""], .partial(0..<10)),
      (["If-Range": "\"a\""], .whole),
    ] as [(HeaderFields, RangeSelection)])
  func conditionsComeBeforeRanges(headers: HeaderFields, selection: RangeSelection) {
    #expect(select(headers) == selection)
  }

  @Test func rangeCountsForGetOnly() {
    #expect(select(["Range": "bytes=0-9"], method: .head) == .whole)
    #expect(select(["Range": "bytes=100-"], method: .head) == .whole)
    #expect(select(["If-None-Match": "\"a\""], method: .head) == .notModified)
  }

  @Test func weakTagNeverAllowsAResume() {
    let weak = Validators(etag: EntityTag("a", isWeak: true))
    let headers: HeaderFields = ["Range": "bytes=0-9", "If-Range": "W/\"a\""]
    #expect(RangeSelection.select(headers, method: .get, length: 100, current: weak) == .whole)
  }

  @Test func statusAndContentRangeFollow() {
    let selections: [RangeSelection] = [.whole, .partial(0..<10), .unsatisfiable, .notModified, .preconditionFailed]
    #expect(selections.map(\.status.code) == [200, 206, 416, 304, 412])
    #expect(
      selections.map { $0.contentRange(length: 100) } == [nil, "bytes 0-9/100", "bytes */100", nil, nil])
  }
}
