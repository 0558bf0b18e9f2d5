import LoopFixture
import Posix
import Testing

@testable import EventLoop

struct SourceTableTests {
  @Test func eventOfAnEndedRegistrationFindsNobody() async throws {
    try await TestLoop.run {
      var table = SourceTable()
      let (first, second) = (Listener(), Listener())
      let old = table.insert(first)
      table.remove(old)
      let new = table.insert(second)
      #expect(new.slot == old.slot && new != old)
      #expect(table.handler(for: old.rawValue) == nil)
      #expect(table.handler(for: new.rawValue) === second)
      table.remove(old)
      #expect(table.handler(for: new.rawValue) === second, "an old token ends nobody else's registration")
    }
  }

  @Test func slotsAreUsedAgain() async throws {
    try await TestLoop.run {
      var table = SourceTable()
      let listener = Listener()
      var live: [SourceToken] = []
      for round in 0..<1_000 {
        live.append(table.insert(listener))
        if round % 3 != 0 { table.remove(live.removeFirst()) }
      }
      #expect(Set(live.map(\.slot)).count == live.count)
      #expect(live.allSatisfy { $0.slot < 400 })
    }
  }

  @Test func tokensOfOthersFindNobody() async throws {
    try await TestLoop.run {
      let table = SourceTable()
      for token in [0, 1, UInt64.max, SourceTable.wakeUpToken] as [UInt64] {
        #expect(table.handler(for: token) == nil)
      }
    }
  }

  @Test func handlerIsReleasedWithItsRegistration() async throws {
    try await TestLoop.run {
      var table = SourceTable()
      weak var watched: Listener?
      let token: SourceToken
      do {
        let listener = Listener()
        watched = listener
        token = table.insert(listener)
      }
      #expect(watched != nil)
      table.remove(token)
      #expect(watched == nil)
    }
  }
}

/// Counts what it hears.
@EventLoopActor
final class Listener: ReadinessHandler {
  private(set) var heard: [Readiness] = []
  var onEvent: @EventLoopActor (Readiness) -> Void = { _ in }

  func becameReady(_ readiness: Readiness) {
    heard.append(readiness)
    onEvent(readiness)
  }
}
