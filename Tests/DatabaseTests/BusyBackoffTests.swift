import Testing

@testable import Database

@Suite struct BusyBackoffTests {
  @Test(arguments: [1, 20, 1_000, 10_000]) func waitsAboutAsLongAsItIsTold(limit: Int) {
    var waited = 0
    var attempt: Int32 = 0
    while let pause = BusyBackoff.pause(before: attempt, limit: limit) {
      waited += Int(pause)
      attempt += 1
    }
    #expect((limit * 1_000..<limit * 1_000 + 5_000).contains(waited))
  }

  @Test func beginsShortAndGrows() {
    #expect((0..<4).map { BusyBackoff.pause(before: $0, limit: 1_000) } == [100, 200, 300, 400])
    #expect(BusyBackoff.pause(before: 1_000, limit: 60_000) == 5_000)
    #expect(BusyBackoff.pause(before: 0, limit: 0) == nil)
  }
}
