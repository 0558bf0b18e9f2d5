import HTTPTransfer
import Testing

struct BufferSharesTests {
  @Test func eachOfManyHasLittle() {
    let shares = BufferShares(fewExchanges: 8, most: 512 << 10, least: 16 << 10)
    #expect((0...8).allSatisfy { shares.share(among: $0) == 512 << 10 })
    #expect((9...32).allSatisfy { shares.share(among: $0) == 128 << 10 })
    #expect([33, 200, 10_000].allSatisfy { shares.share(among: $0) == 16 << 10 })
  }

  @Test func withoutAMiddleThereIsNone() {
    let shares = BufferShares(fewExchanges: 8, most: 32 << 10, least: 16 << 10)
    #expect(shares.share(among: 8) == 32 << 10 && shares.share(among: 9) == 16 << 10)
  }
}
