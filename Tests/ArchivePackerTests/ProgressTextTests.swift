import Testing

@testable import ArchivePacker

@Suite struct ProgressTextTests {
  @Test(arguments: [
    (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1_500_000, "1.4 MiB"), (1 << 32, "4.0 GiB"),
    (UInt64.max, "15.9 EiB"),
  ])
  func sizes(_ bytes: UInt64, expected: String) {
    #expect(ProgressText.size(bytes) == expected)
  }

  @Test(arguments: [(0, "0:00"), (0.2, "0:01"), (61, "1:01"), (3600, "1:00:00"), (1e18, "99:59:59")])
  func durations(_ seconds: Double, expected: String) {
    #expect(ProgressText.duration(seconds) == expected)
  }

  @Test func lineShowsAmountRateAndTimeLeft() {
    #expect(
      ProgressText.line(bytes: 1 << 30, of: 4 << 30, seconds: 4) == "1.0 GiB of 4.0 GiB, 256.0 MiB/s, 0:12 left")
    #expect(ProgressText.line(bytes: 0, of: 4 << 30, seconds: 4) == "0 B of 4.0 GiB")
  }
}
