import HTTPSemantics
import Testing

@Suite struct QuantityTests {
  @Test(
    arguments: [
      ("90", 90), ("90s", 90), ("5m", 300), ("1h", 3600), ("7d", 604_800), ("0", 0), (" 1 H ", 3600),
      ("9223372036854775807", .max),
    ] as [(String, Int64)])
  func durations(text: String, seconds: Int64) throws {
    #expect(try DurationText.seconds(text) == seconds)
  }

  @Test(
    arguments: [
      ("5242880", 5_242_880), ("5MiB", 5_242_880), ("64KiB", 65_536), ("1GiB", 1_073_741_824), ("5MB", 5_000_000),
      ("100M", 100_000_000), ("10 kB", 10_000), ("7B", 7), ("2k", 2000), ("1TiB", 1 << 40), ("5mib", 5_242_880),
    ] as [(String, UInt64)])
  func sizes(text: String, count: UInt64) throws {
    #expect(try SizeText.count(text) == count)
  }

  @Test(arguments: [
    ("", QuantityError.noNumber(text: "")), ("s", .noNumber(text: "s")), ("-5m", .noNumber(text: "-5m")),
    ("1w", .unknownUnit(text: "1w", unit: "w", known: ["s", "m", "h", "d"])),
    ("1.5h", .unknownUnit(text: "1.5h", unit: ".5h", known: ["s", "m", "h", "d"])),
    ("1h30m", .unknownUnit(text: "1h30m", unit: "h30m", known: ["s", "m", "h", "d"])),
    ("9223372036854775808", .tooLarge(text: "9223372036854775808")),
    ("106751991167301d", .tooLarge(text: "106751991167301d")),
    ("99999999999999999999999s", .tooLarge(text: "99999999999999999999999s")),
  ])
  func faultsAreNamed(text: String, error: QuantityError) {
    #expect(throws: error) { try DurationText.seconds(text) }
  }

  @Test func faultsReadAsOneLine() {
    #expect(
      QuantityError.unknownUnit(text: "1\nw", unit: "\nw", known: ["s", "m"]).description
        == #""1\x0Aw": unknown unit "\x0Aw", known are s, m"#)
    #expect(QuantityError.noNumber(text: "").description == #""" does not start with a whole number"#)
    #expect(QuantityError.tooLarge(text: "9TiB").description == #""9TiB" is too large"#)
  }
}
