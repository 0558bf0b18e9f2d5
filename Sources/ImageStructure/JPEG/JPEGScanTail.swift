/// Watches how the data of a scan ends, at no cost: whether something may stand behind its last code, where all decoders
/// leave it unread. An editor that overwrites a file without its end marker leaves the rest of the old one there.
struct JPEGScanTail: Sendable {
  /// Bytes with the highest bit clear that hardly any data has in a row; text has.
  private static let quietLength = 24
  /// Bytes without one of all ones, which in coded data is one in a thousand.
  private static let longestStretch: UInt64 = 8_192

  private var lastOnes: UInt64
  private var quietRun = 0
  private var hasOddRestart = false

  /// - Parameter start: offset of the scan's data.
  init(start: UInt64) { lastOnes = start }

  /// Takes data without a byte of all ones in it.
  mutating func take(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    var run = 0
    var index = range.upperBound
    while index > range.lowerBound, run < Self.quietLength, bytes[index - 1] < 0x80 {
      run += 1
      index -= 1
    }
    quietRun = run == range.count ? min(quietRun + run, Self.quietLength) : run
  }

  /// Takes a byte of all ones that is data.
  mutating func takeOnes(at position: UInt64) {
    lastOnes = position
    quietRun = 0
  }

  /// Takes a restart marker.
  mutating func takeRestart(at position: UInt64, interval: Int) {
    hasOddRestart = hasOddRestart || interval == 0
    takeOnes(at: position)
  }

  /// Whether the data is worth a look that costs more, as far as `position`, where it ends.
  func isOdd(at position: UInt64) -> Bool {
    hasOddRestart || quietRun >= Self.quietLength || position - lastOnes > Self.longestStretch
  }
}
