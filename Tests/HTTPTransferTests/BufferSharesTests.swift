import HTTPTransfer
import Testing

struct BufferSharesTests {
  @Test func eachOfManyHasLittle() {
    let shares = BufferShares(fewExchanges: 32, most: 128 << 10, least: 16 << 10)
    #expect((1...32).allSatisfy { shares.share(among: $0) == 128 << 10 })
    #expect([33, 200, 10_000].allSatisfy { shares.share(among: $0) == 16 << 10 })
  }
}
