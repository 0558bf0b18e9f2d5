import Testing

@testable import Journal

@Suite struct RefusalGateTests {
  private func flood(_ gate: inout RefusalGate, lines: Int, at now: Int64) -> Int {
    (0..<lines).count { _ in gate.admits(bytes: 1_000, at: now) }
  }

  @Test func fewLinesAreWritten() {
    var gate = RefusalGate()
    #expect(flood(&gate, lines: 100, at: 0) == 100)
    #expect(gate.summary(at: 1) == nil && gate.summary(at: 1, isLast: true) == nil)
  }

  @Test func aFloodIsCountedAndToldOnce() {
    var gate = RefusalGate()
    let written = flood(&gate, lines: 10_000, at: 0)
    #expect(written == RefusalGate.burst / 1_000)
    #expect(gate.summary(at: 59) == nil)
    #expect(gate.summary(at: 60) == 10_000 - written)
    #expect(gate.summary(at: 61) == nil)
  }

  @Test func bytesOfADayAreBounded() {
    var gate = RefusalGate()
    var bytes = 0
    for second in 0..<Int64(86_400) {
      for _ in 0..<20 where gate.admits(bytes: 2_000, at: second) { bytes += 2_000 }
      if gate.summary(at: second) != nil { bytes += 100 }
    }
    #expect(bytes < RefusalGate.burst + 86_400 * RefusalGate.rate + 144_100)
  }

  @Test func theLastOneIsToldAtOnceAndAClockThatGoesBackClosesNothing() {
    var gate = RefusalGate()
    let written = flood(&gate, lines: 200, at: 1_000)
    #expect(gate.summary(at: 1_001, isLast: true) == 200 - written)
    let again = flood(&gate, lines: 200, at: 1_001)
    #expect(gate.summary(at: 10) == 200 - again)
    #expect(gate.summary(at: 10) == nil)
  }
}
