import EngineFixture
import EventLoop
import LoopFixture
import Posix
import Storage
import Testing

@testable import EngineStorage

/// Which objects are put together.
struct GroupCommitTests {
  private static func object(_ key: String) -> PackContent.Member {
    PackContent.Member(bucket: bucket, key: bytes(key), metadata: metadata(of: []), bytes: [])
  }

  /// What puts groups, and keeps the first one until it may go on.
  @EventLoopActor
  private final class Publisher {
    let groups: GroupCommit
    let isOpen = LoopPromise<Void>()
    private(set) var published: [[String]] = []
    private(set) var outcomes: [String: StorageError?] = [:]
    /// How many commits have ended.
    private(set) var endedCount = 0

    init(overlapDelay: UInt64, gatherDelay: UInt64 = 3_000_000) {
      groups = GroupCommit(overlapDelay: overlapDelay, gatherDelay: gatherDelay)
    }

    func commit(_ key: String) async {
      defer { endedCount += 1 }
      do throws(StorageError) {
        try await groups.commit(GroupCommitTests.object(key)) { (objects) async throws(StorageError) in
          self.published.append(objects.map { String(decoding: $0.key, as: UTF8.self) })
          if self.published.count == 1 { _ = await self.isOpen.wait() }
          guard objects[0].key != bytes("unput") else { throw .full }
          return objects.count
        } name: { (objects, count) async throws(StorageError) in
          guard objects[0].key != bytes("unnamed") else { throw .versionChanged }
          return objects.prefix(count).map {
            $0.key.last == UInt8(ascii: "!") ? .failure(.preconditionFailed) : .success(())
          }
        }
        outcomes[key] = .some(nil)
      } catch { outcomes[key] = error }
    }
  }

  /// Commits one, then the others while it is under way.
  @EventLoopActor
  private static func publish(_ keys: [String], overlapDelay: UInt64 = .max / 2) async -> Publisher {
    let publisher = Publisher(overlapDelay: overlapDelay)
    let all = LoopPromise<Void>()
    var left = keys.count + 1
    func start(_ key: String) {
      EventLoop.current.start {
        await publisher.commit(key)
        left -= 1
        if left == 0 { all.fulfil(()) }
      }
    }
    start("first")
    while publisher.published.isEmpty { await EventLoop.current.sleep(nanoseconds: 1_000_000) }
    for key in keys { start(key) }
    while publisher.groups.waitingCount < keys.count, overlapDelay > 1 << 40 {
      await EventLoop.current.sleep(nanoseconds: 1_000_000)
    }
    if overlapDelay < 1 << 40 {
      while publisher.outcomes.count < keys.count { await EventLoop.current.sleep(nanoseconds: 1_000_000) }
    }
    publisher.isOpen.fulfil(())
    _ = await all.wait()
    return publisher
  }

  /// What came of it, once all is over.
  private func result(
    _ keys: [String], overlapDelay: UInt64 = .max / 2
  ) async throws -> (published: [[String]], outcomes: [String: StorageError?]) {
    try await TestLoop.run {
      let publisher = await Self.publish(keys, overlapDelay: overlapDelay)
      return (publisher.published, publisher.outcomes)
    }
  }

  @Test func thoseWhoComeWhileAGroupIsUnderWayAreTheNextOne() async throws {
    let keys = (0..<15).map { "\($0)" }
    let (published, outcomes) = try await result(keys)
    #expect(published.map { Set($0) } == [["first"], Set(keys)])
    #expect(outcomes.count == 16 && outcomes.values.allSatisfy { $0 == nil })
  }

  /// Commits three, of which two are a group, and then others at once.
  /// - Returns: the groups, and the nanoseconds that the others took.
  @EventLoopActor
  private static func publish(afterTwo keys: [String], _ publisher: Publisher) async -> ([[String]], UInt64) {
    func start(_ keys: [String]) { for key in keys { EventLoop.current.start { await publisher.commit(key) } } }
    func wait(for count: Int) async {
      while publisher.endedCount < count { await EventLoop.current.sleep(nanoseconds: 1_000_000) }
    }
    start(["first"])
    while publisher.published.isEmpty { await EventLoop.current.sleep(nanoseconds: 1_000_000) }
    start(["a", "b"])
    while publisher.groups.waitingCount < 2 { await EventLoop.current.sleep(nanoseconds: 1_000_000) }
    publisher.isOpen.fulfil(())
    await wait(for: 3)
    let began = EventLoop.current.now
    start(keys)
    await wait(for: 3 + keys.count)
    return (publisher.published, EventLoop.current.now - began)
  }

  private static let hour: UInt64 = 3_600_000_000_000

  /// Whoever was in the last group is likely to come again.
  @Test func groupBeginsWhenItHasAsManyAsTheLastOne() async throws {
    let delay: UInt64 = 20_000_000_000
    let (published, took) = try await TestLoop.run {
      await Self.publish(afterTwo: ["c", "d"], Publisher(overlapDelay: Self.hour, gatherDelay: delay))
    }
    #expect(published == [["first"], ["a", "b"], ["c", "d"]] && took < delay)
  }

  @Test func groupThatStaysSmallerBeginsAfterAMoment() async throws {
    let (published, _) = try await TestLoop.run {
      await Self.publish(afterTwo: ["c"], Publisher(overlapDelay: Self.hour, gatherDelay: 20_000_000))
    }
    #expect(published == [["first"], ["a", "b"], ["c"]])
  }

  /// Each of those who lead waits for itself: the key keeps them apart.
  @Test func severalGroupsThatWaitForOthersAllBegin() async throws {
    let (published, _) = try await TestLoop.run {
      await Self.publish(
        afterTwo: ["c", "c", "c"], Publisher(overlapDelay: 5_000_000, gatherDelay: 100_000_000))
    }
    #expect(published == [["first"], ["a", "b"], ["c"], ["c"], ["c"]])
  }

  @Test func groupHasABoundAndTheOthersFollow() async throws {
    #expect(try await result((0..<40).map { "\($0)" }).published.map(\.count) == [1, 16, 16, 8])
  }

  @Test func keyComesOnceInAGroup() async throws {
    let (published, _) = try await result(["a", "b", "a", "a", "c"])
    #expect(published.map { $0.sorted() } == [["first"], ["a", "b", "c"], ["a"], ["a"]])
  }

  @Test func eachHasItsOwnOutcome() async throws {
    let (_, outcomes) = try await result(["a", "b!", "c", "d!"])
    let expected: [String: StorageError?] = [
      "first": nil, "a": nil, "b!": .preconditionFailed, "c": nil, "d!": .preconditionFailed,
    ]
    #expect(outcomes == expected)
  }

  @Test func groupThatFailsRefusesAllOfIt() async throws {
    let unput = try await result(["unput", "a", "b"]).outcomes
    #expect(unput == ["first": nil, "unput": .full, "a": .full, "b": .full] as [String: StorageError?])
    let unnamed = try await result(["unnamed", "a"]).outcomes
    #expect(unnamed == ["first": nil, "unnamed": .versionChanged, "a": .versionChanged] as [String: StorageError?])
  }

  /// The first group ends only when all others are in.
  @Test func groupThatTakesLongDoesNotKeepOthersBack() async throws {
    let keys = (0..<60).map { "\($0)" }
    let (published, outcomes) = try await result(keys, overlapDelay: 1_000_000)
    #expect(published.flatMap { $0 }.sorted() == (keys + ["first"]).sorted())
    #expect(outcomes.count == 61)
  }
}
