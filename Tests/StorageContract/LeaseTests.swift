import Storage
import Testing

struct LeaseTests {
  @Test(arguments: Implementation.allCases)
  func aLeaseHasOneHolder(_ implementation: Implementation) async throws {
    let leases = try await implementation.leases()
    let (first, second) = (try leases.make(), try leases.make())
    #expect(await !first.isHeld())
    #expect(try await first.take())
    #expect(await first.isHeld())
    #expect(try await !second.take())
    #expect(await !second.isHeld())
    // Whoever holds it may ask for it again.
    #expect(try await first.take())
    await second.giveBack()
    #expect(await first.isHeld())
    await first.giveBack()
    #expect(await !first.isHeld())
    await eventually { try await second.take() }
    #expect(try await !first.take())
  }

  @Test(arguments: Implementation.allCases)
  func aLeaseEndsWithItsHolder(_ implementation: Implementation) async throws {
    let leases = try await implementation.leases()
    do {
      let dying = try leases.make()
      #expect(try await dying.take())
    }
    let heir = try leases.make()
    await eventually { try await heir.take() }
  }

  @Test(arguments: Implementation.allCases)
  func oneOfThoseWhoTakeALeaseAtOnceGetsIt(_ implementation: Implementation) async throws {
    let leases = try await implementation.leases()
    let made = try (0..<16).map { _ in try leases.make() }
    let results = await race(16) { number in try await made[number].take() }
    #expect(try results.count { try $0.get() } == 1)
  }
}
