import HTTPSemantics
import Testing

@Suite struct SizeFormatTests {
  @Test(
    arguments: [
      (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1025, "1.0 KiB"), (1_047_552, "1023.0 KiB"),
      (1_048_575, "1023.9 KiB"), (1_500_000, "1.4 MiB"), (1 << 32, "4.0 GiB"), (UInt64.max, "15.9 EiB"),
    ] as [(UInt64, String)])
  func oneDecimalIsWrittenDownwards(bytes: UInt64, text: String) {
    #expect(SizeText.format(bytes, .oneDecimal) == text)
  }

  @Test(
    arguments: [
      (0, "0 B"), (1023, "1023 B"), (1024, "1 KB"), (1025, "1,1 KB"), (10_240, "10 KB"), (10_241, "11 KB"),
      (10_239, "10 KB"), (1_048_575, "1024 KB"), (1_048_576, "1 MB"), (5_242_880, "5 MB"), (5_242_881, "5,1 MB"),
      (1 << 32, "4096 MB"), (UInt64.max, "17592186044416 MB"),
    ] as [(UInt64, String)])
  func shortFormGoesUpwardsAndKeepsToTheLastUnit(bytes: UInt64, text: String) {
    #expect(SizeText.format(bytes, units: ["B", "KB", "MB"], decimalPoint: ",", .short) == text)
  }
}
