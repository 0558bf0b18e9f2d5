import RandomFixture
import Testing

@testable import EngineStorage

struct CacheRingTests {
  /// Room for eight of the longest.
  static let capacity: UInt64 = 8 * 65_536

  @Test func slotsFollowEachOtherAndTheOldestGivesWay() {
    var ring = CacheRing(capacity: Self.capacity)
    let slots = (0..<8).map { ring.store(key($0), length: 65_536) }
    #expect(slots.map { $0?.start } == (0..<8).map { $0 * 65_536 })
    #expect((0..<8).allSatisfy { ring.slot(of: key($0)) == slots[$0] })
    let ninth = ring.store(key(8), length: 1)
    #expect(ninth?.start == 0)
    #expect(ring.slot(of: key(0)) == nil)
    #expect(ring.slot(of: key(1)) == slots[1])
  }

  @Test func blobThatDoesNotFitBeforeTheEndBeginsAtTheFront() {
    var ring = CacheRing(capacity: Self.capacity)
    for number in 0..<7 { _ = ring.store(key(number), length: 65_536) }
    let last = ring.store(key(7), length: 40_000)
    let front = ring.store(key(8), length: 65_000)
    #expect(last?.start == 7 * 65_536 && front?.start == 0)
    #expect(ring.slot(of: key(0)) == nil && ring.slot(of: key(1)) != nil)
    #expect(ring.slot(of: key(7)) == last)
  }

  @Test func whatIsNotWholeIsNotFound() throws {
    var ring = CacheRing(capacity: Self.capacity)
    let allocated = ring.allocate(key(1), length: 100, now: 0)
    let slot = try #require(allocated)
    let second = ring.allocate(key(1), length: 100, now: 0)
    #expect(ring.slot(of: key(1)) == nil && second == nil, "one copy is enough")
    let isHeld = ring.noteWrite(slot, now: 0)
    #expect(ring.slot(of: key(1)) == nil)
    ring.finish(slot, [7])
    #expect(isHeld && ring.slot(of: key(1)) == slot)
    let checksums = [ring.checksum(slot, piece: 0), ring.checksum(slot, piece: 1)]
    #expect(checksums == [7, nil])
  }

  @Test func slotThatIsOthersByNowIsNotWrittenTo() throws {
    var ring = CacheRing(capacity: Self.capacity)
    let allocated = ring.allocate(key(0), length: 65_536, now: 0)
    let slot = try #require(allocated)
    for number in 1..<8 { _ = ring.store(key(number), length: 65_536) }
    let before = ring.noteWrite(slot, now: 0)
    let other = ring.allocate(key(8), length: 10, now: 0)
    let after = ring.noteWrite(slot, now: 0)
    #expect(before && other?.start == slot.start && !after)
  }

  @Test(arguments: [0, capacity / 8 + 1, .max]) func lengthsThatAreNoneAreNotStored(_ length: UInt64) {
    var ring = CacheRing(capacity: Self.capacity)
    let slot = ring.allocate(key(0), length: length, now: 0)
    #expect(slot == nil)
  }

  @Test func forgottenBlobCanBeStoredAgain() throws {
    var ring = CacheRing(capacity: Self.capacity)
    let stored = ring.store(key(0), length: 10)
    let first = try #require(stored)
    ring.forget(first)
    #expect(ring.slot(of: key(0)) == nil && !ring.holds(first))
    let second = ring.store(key(0), length: 10)
    #expect(second != nil && second?.start != first.start && ring.slot(of: key(0)) == second)
    ring.forget(first)
    #expect(ring.slot(of: key(0)) == second, "the first is over long ago")
  }

  @Test func blobWhoseBytesDoNotComeMakesRoomForAnotherTry() throws {
    var ring = CacheRing(capacity: Self.capacity)
    let allocated = ring.allocate(key(0), length: 10, now: 100)
    let first = try #require(allocated)
    let tooEarly = ring.allocate(key(0), length: 10, now: 99 + CacheRing.stallTimeout)
    let second = ring.allocate(key(0), length: 10, now: 100 + CacheRing.stallTimeout)
    let isHeld = ring.noteWrite(first, now: 0)
    #expect(tooEarly == nil && second != nil && !isHeld)
  }

  /// As clients do that break off again and again.
  @Test func blobsThatNeverBecomeWholePushOutOnlyAsMuchAsOne() throws {
    var ring = CacheRing(capacity: Self.capacity)
    for number in 0..<8 { _ = ring.store(key(number), length: 65_536) }
    for number in 8..<100 {
      let allocated = ring.allocate(key(number), length: 65_536, now: 0)
      let slot = try #require(allocated)
      let isHeld = ring.noteWrite(slot, now: 0)
      ring.giveUp(slot)
      #expect(isHeld && slot.start == 0)
    }
    #expect((1..<8).allSatisfy { ring.slot(of: key($0)) != nil })
  }

  @Test func blobThatCannotBeReadAnyMoreIsForgottenAfterAFewTries() throws {
    var ring = CacheRing(capacity: Self.capacity)
    let stored = ring.store(key(0), length: 10)
    let slot = try #require(stored)
    for _ in 0..<10 {
      for _ in 1..<CacheRing.mostFailures { ring.noteFailure(slot) }
      let checksum = ring.checksum(slot, piece: 0)
      #expect(checksum == 0, "somebody wrote to the file just then")
    }
    for _ in 0..<CacheRing.mostFailures { ring.noteFailure(slot) }
    #expect(ring.slot(of: key(0)) == nil)
  }

  @Test func oldestGivesWayWhereThereAreTooMany() {
    var ring = CacheRing(capacity: Self.capacity, mostBlobs: 4)
    for number in 0..<6 {
      let slot = ring.store(key(number), length: 10)
      #expect(slot?.start == UInt64(number) * 4_096)
    }
    #expect(ring.count == 4)
    #expect((0..<6).map { ring.slot(of: key($0)) != nil } == [false, false, true, true, true, true])
  }

  /// Whatever is done, slots that are held never overlap, and each lies in the file.
  @Test func heldSlotsNeverOverlap() {
    var random = SeededGenerator(seed: 7)
    var ring = CacheRing(capacity: Self.capacity)
    var slots: [CacheRing.Slot] = []
    for number in 0..<5_000 {
      let (key, length) = (key(number % 50), 1 + random.next() % (Self.capacity / 8))
      switch random.next() % 8 {
      case 0: if let slot = slots.randomElement(using: &random) { ring.forget(slot) }
      case 1: if let slot = slots.last { ring.giveUp(slot) }
      case 2:
        // Its bytes are still to come.
        if let slot = ring.allocate(key, length: length, now: 0) { slots.append(slot) }
      default:
        if let slot = ring.store(key, length: length) { slots.append(slot) }
      }
      slots.removeAll { !ring.holds($0) }
      let ranges = slots.map { $0.start..<$0.start + $0.length }.sorted { $0.lowerBound < $1.lowerBound }
      #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound })
      #expect(ranges.last.map { $0.upperBound <= Self.capacity } ?? true)
    }
    #expect(!slots.isEmpty)
  }

  @Test func onlyFreshNamesHaveKeys() {
    #expect(BlobKey(.fresh()) != nil && BlobKey(.fresh(.images)) != nil)
    #expect(BlobKey(.photo("photos/trip/0123456789abcdef0123456789abcdef")) == nil)
    #expect(BlobID("blobs/00/none").flatMap { BlobKey($0) } == nil)
    let id = BlobID.fresh()
    #expect(BlobKey(id) == BlobKey(id) && BlobKey(id) != BlobKey(.fresh()))
    #expect(BlobKey(id, start: 1) == BlobKey(id, start: 1) && BlobKey(id, start: 1) != BlobKey(id))
  }
}

extension CacheRing {
  /// A slot with all bytes of a blob.
  fileprivate mutating func store(_ key: BlobKey, length: UInt64) -> Slot? {
    guard let slot = allocate(key, length: length, now: 0), noteWrite(slot, now: 0) else { return nil }
    finish(slot, [0])
    return slot
  }
}

private func key(_ number: Int) -> BlobKey {
  let digits = String(number, radix: 16)
  let name = "blobs/00/" + String(repeating: "0", count: 32 - digits.count) + digits
  guard let key = BlobID(name).flatMap({ BlobKey($0) }) else { preconditionFailure("\(name) has no key") }
  return key
}
