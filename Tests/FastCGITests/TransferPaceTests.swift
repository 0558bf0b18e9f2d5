import Testing

@testable import FastCGI

/// Which readers are given a longer queue.
@Suite struct TransferPaceTests {
  /// Sends pieces of 256 KiB at so many nanoseconds from each other; returns the pieces after which the pace changed.
  private func changes(_ pace: inout TransferPace, pieces: Int, every interval: UInt64, from start: UInt64) -> [Int] {
    (0..<pieces).filter { pace.advance(262_144, at: start + UInt64($0) * interval) }
  }

  @Test func readerIsFastAfterOneStretchAndOnlyThen() {
    var pace = TransferPace()
    #expect(changes(&pace, pieces: 1_000, every: 1_000_000, from: 5) == [64])
    #expect(pace.isFast)
  }

  @Test func slowReaderNeverIs() {
    var pace = TransferPace()
    #expect(changes(&pace, pieces: 1_000, every: 10_000_000, from: 5) == [])
    #expect(!pace.isFast)
  }

  @Test func readerThatSlowsDownIsFastNoMore() {
    var pace = TransferPace()
    _ = changes(&pace, pieces: 65, every: 1, from: 0)
    #expect(pace.isFast)
    #expect(changes(&pace, pieces: 200, every: 20_000_000, from: 65) == [63])
    #expect(!pace.isFast)
  }

  @Test func nextResponseStartsFromNothing() {
    var pace = TransferPace()
    _ = changes(&pace, pieces: 100, every: 1, from: 0)
    pace.reset()
    #expect(!pace.isFast)
    #expect(changes(&pace, pieces: 65, every: 1, from: 10_000_000_000) == [64])
  }
}
