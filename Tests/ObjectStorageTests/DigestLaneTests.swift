import Digests
import Testing

@testable import ObjectStorage

struct DigestLaneTests {
  private let lanes = DigestLanes()

  @Test func digestIsThatOfAllBytesInTheirOrder() throws {
    let lane = try #require(lanes.lane(forLength: 100 << 20))
    var whole = MD5()
    for number in 0..<200 {
      let bytes = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number) }
      whole.update(bytes.span)
      lane.append([bytes[..<100], bytes[100...]])
    }
    let expected = whole.finalize()
    #expect(lane.finish() == expected)
  }

  @Test func piecesThatAreLongerThanWhatMayWaitAreTaken() throws {
    let lane = try #require(lanes.lane(forLength: 100 << 20))
    let long = [UInt8](repeating: 7, count: 5 << 20)
    lane.append([long[...]])
    lane.append([long[...]])
    #expect(lane.finish() == MD5.digest(of: long + long))
  }

  @Test func digestOfWhatHasComeLeavesTheOtherBytesToFollow() throws {
    let lane = try #require(lanes.lane(forLength: 100 << 20))
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    lane.append([bytes[..<1_000_001], bytes[1_000_001..<1_500_000]])
    #expect(lane.current() == MD5.digest(of: Array(bytes[..<1_500_000])))
    lane.append([bytes[1_500_000...]])
    #expect(lane.finish() == MD5.digest(of: bytes))
  }

  @Test func bodyWithoutBytesHasADigestToo() throws {
    #expect(try #require(lanes.lane(forLength: 100 << 20)).finish() == MD5.digest(of: []))
  }

  @Test func shortBodiesHaveNoneAndLongOnesAreAFew() throws {
    #expect(lanes.lane(forLength: nil) == nil)
    #expect(lanes.lane(forLength: 1_000_000) == nil)
    var some = (0..<10).compactMap { _ in lanes.lane(forLength: 1 << 30) }
    #expect(some.count == 4)
    some.removeLast()
    #expect(lanes.lane(forLength: 1 << 30) != nil)
  }
}
