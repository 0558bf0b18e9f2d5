import Testing

@testable import Supervisor

struct ScoreboardTests {
  @Test func slotsKeepTheirMetricsApart() throws {
    let board = try Scoreboard(slots: 3, counters: 4)
    for slot in 0..<3 {
      for counter in 0..<4 { board.add(UInt64(10 * slot + counter), to: counter, of: slot) }
    }
    for slot in 0..<3 {
      for counter in 0..<4 { #expect(board[slot, counter] == UInt64(10 * slot + counter)) }
      #expect(board.pid(slot) == 0 && !board.isReady(slot) && board.restarts(slot) == 0)
    }
    #expect((0..<4).map(board.total) == [30, 33, 36, 39])
    board.subtract(5, from: 3, of: 2)
    board.clear([0, 1], of: 1)
    #expect(board[2, 3] == 18 && board[1, 0] == 0 && board[1, 1] == 0 && board[1, 2] == 12)
  }

  @Test func workersComeAndGo() throws {
    let board = try Scoreboard(slots: 2, counters: 1)
    board.occupy(1, pid: 4_711, at: 1_000)
    #expect(board.pid(1) == 4_711 && board.started(1) == 1_000 && board.readyCount == 0)
    board.markReady(1)
    #expect(board.isReady(1) && board.readyCount == 1)
    board.add(7, to: 0, of: 1)
    board.vacate(1, countsAsRestart: true)
    #expect(board.pid(1) == 0 && !board.isReady(1) && board.readyCount == 0)
    #expect(board.restarts(1) == 1 && board.restarts(0) == 0)
    #expect(board[1, 0] == 7, "the sums of the dead are kept")
    board.vacate(1, countsAsRestart: false)
    #expect(board.restarts(1) == 1)
  }

  @Test func sumsDoNotOverflow() throws {
    let board = try Scoreboard(slots: 2, counters: 1)
    board[0, 0] = .max
    board[1, 0] = 2
    #expect(board.total(0) == 1)
    board.subtract(3, from: 0, of: 1)
    #expect(board[1, 0] == .max)
  }
}
