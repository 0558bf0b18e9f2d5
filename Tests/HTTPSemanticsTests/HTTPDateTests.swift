import HTTPSemantics
import RandomFixture
import Testing

@Suite struct HTTPDateTests {
  /// The example of RFC 9110 §5.6.7 in its three forms.
  @Test(arguments: [
    "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
  ])
  func allThreeFormsAreRead(text: String) {
    #expect(HTTPDate.parse(text) == 784_111_777)
  }

  @Test func datesAreWrittenAsFixdate() {
    #expect(HTTPDate.format(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
    #expect(HTTPDate.format(0) == "Thu, 01 Jan 1970 00:00:00 GMT")
    #expect(HTTPDate.format(.max) == "Fri, 31 Dec 9999 23:59:59 GMT")
  }

  @Test(arguments: [
    "", "Sun", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
    "Sun, 06 Nov 1994 08:49:37 GMT ", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1969 08:49:37 GMT",
    "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
    "Sun, 06 Foo 1994 08:49:37 GMT", "Xxx, 06 Nov 1994 08:49:37 GMT", "sun, 06 nov 1994 08:49:37 gmt",
    "784111777", "Sun Nov 6 08:49:37 1994", "Sun, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT, x",
    "Sun, 06 Nov -994 08:49:37 GMT", "Sun, 06 Nov 1994 +8:49:37 GMT",
  ])
  func anythingElseIsNoDate(text: String) {
    #expect(HTTPDate.parse(text) == nil)
  }

  @Test func twoDigitYearIsNeverFarInTheFuture() {
    let now = HTTPDate.parse("Mon, 15 Jun 2026 12:00:00 GMT")!
    func year(_ text: String) -> Int? {
      HTTPDate.parse("Monday, 06-Nov-\(text) 08:49:37 GMT", now: now).map { CivilTime(unixSeconds: $0).year }
    }
    #expect(year("94") == 1994)
    #expect(year("26") == 2026)
    #expect(year("75") == 2075)
    #expect(year("76") == 1976)
    #expect(year("25") == 2025)
    #expect(HTTPDate.parse("Monday, 06-Nov-69 08:49:37 GMT").map { CivilTime(unixSeconds: $0).year } == 2069)
    #expect(HTTPDate.parse("Monday, 06-Nov-70 08:49:37 GMT").map { CivilTime(unixSeconds: $0).year } == 1970)
    #expect(HTTPDate.parse("Monday, 06-Nov-70 08:49:37 GMT", now: .min) != nil)
    #expect(HTTPDate.parse("Monday, 06-Nov-70 08:49:37 GMT", now: .max) != nil)
  }

  @Test func leapSecondIsTheNextMinute() {
    #expect(HTTPDate.parse("Sat, 31 Dec 2016 23:59:60 GMT") == HTTPDate.parse("Sun, 01 Jan 2017 00:00:00 GMT"))
  }

  @Test func everyDateReadsBackAsItWasWritten() {
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<2000 {
      let seconds = Int64.random(in: 0...CivilTime.latestUnixSeconds, using: &generator)
      #expect(HTTPDate.parse(HTTPDate.format(seconds)) == seconds)
      #expect(RFC3339.parse(RFC3339.format(seconds)) == seconds)
    }
  }
}

@Suite struct RFC3339Tests {
  @Test func writtenMomentsAreUTC() {
    #expect(RFC3339.format(1_737_727_200) == "2025-01-24T14:00:00Z")
    #expect(RFC3339.format(1_737_727_200, milliseconds: 7) == "2025-01-24T14:00:00.007Z")
    #expect(RFC3339.format(-1, milliseconds: 5000) == "1970-01-01T00:00:00.999Z")
  }

  /// Examples of RFC 3339 §5.8, and offsets either way.
  @Test(arguments: [
    ("1985-04-12T23:20:50.52Z", 482_196_050), ("1996-12-19T16:39:57-08:00", 851_042_397),
    ("1990-12-31T23:59:60Z", 662_688_000), ("1990-12-31T15:59:60-08:00", 662_688_000),
    ("2025-01-24t14:00:00z", 1_737_727_200), ("2025-01-24 16:30:00+02:30", 1_737_727_200),
  ])
  func offsetsAndFractionsAreRead(text: String, seconds: Int64) {
    #expect(RFC3339.parse(text) == seconds)
  }

  @Test(arguments: [
    "", "2025-01-24", "2025-01-24T14:00:00", "2025-01-24T14:00:00.Z", "2025-01-24T14:00Z", "2025-02-30T14:00:00Z",
    "2025-01-24T14:00:00+24:00", "2025-01-24T14:00:00+02:60", "2025-01-24T14:00:00+0200", "2025-01-24T14:00:00Zx",
    "1970-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "20250124T140000Z",
  ])
  func anythingElseIsNoDateTime(text: String) {
    #expect(RFC3339.parse(text) == nil)
  }
}
