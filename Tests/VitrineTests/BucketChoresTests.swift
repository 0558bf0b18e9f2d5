import Testing

@testable import Vitrine

@Suite struct BucketChoresTests {
  @Test(
    arguments: [
      (0, 180_000_000_000), (1_000_000_000, 180_000_000_000), (60_000_000_000, 600_000_000_000), (.max / 10 + 1, .max),
      (.max, .max),
    ] as [(UInt64, UInt64)])
  func restIsLongerThanTheScanAndNeverShort(taken: UInt64, rest: UInt64) {
    #expect(BucketChores.rest(after: taken) == rest)
  }
}
