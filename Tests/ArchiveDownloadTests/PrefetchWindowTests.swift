import Testing

@testable import ArchiveDownload

/// How far ahead checksums are found out.
@Suite struct AheadWindowTests {
  /// Asks for every member in turn, all of one size.
  private func reached(_ members: Range<Int>, size: UInt64) -> [Range<Int>] {
    var window = PrefetchWindow(members)
    return members.map { window.advance(to: $0) { UInt64($0) * size } }
  }

  @Test(arguments: [UInt64(100), 300_000, 5_000_000, 100_000_000])
  func everyMemberIsReachedOnceAndNotAfterItIsNeeded(size: UInt64) {
    let reached = reached(10..<900, size: size)
    #expect(reached.flatMap { Array($0) } == Array(10..<900))
    var end = 10
    for (step, range) in reached.enumerated() {
      if !range.isEmpty { end = range.upperBound }
      #expect(end > 10 + step)
    }
  }

  @Test func windowIsLimitedInMembersAndInBytes() {
    #expect(reached(0..<1_000, size: 1)[0] == 0..<PrefetchWindow.memberLimit)
    // The member that is needed now does not count.
    #expect(reached(0..<1_000, size: 8 << 20)[0] == 0..<5)
    #expect(reached(0..<1_000, size: 10 << 30)[0] == 0..<2)
  }

  @Test func windowMovesWhenHalfOfItIsUsedUp() {
    let starts = reached(0..<1_000, size: 1).enumerated().filter { !$0.element.isEmpty }.map(\.offset)
    #expect(zip(starts, starts.dropFirst()).allSatisfy { $1 - $0 == PrefetchWindow.memberLimit / 2 })
  }

  @Test func membersThatAreNotNeededAreLeftAlone() {
    var window = PrefetchWindow(5..<8)
    #expect(window.advance(to: 4) { UInt64($0) }.isEmpty)
    #expect(window.advance(to: 6) { UInt64($0) } == 6..<8)
    #expect(window.advance(to: 8) { UInt64($0) }.isEmpty)
    var empty = PrefetchWindow(0..<0)
    #expect(empty.advance(to: 0) { _ in 0 }.isEmpty)
  }
}
