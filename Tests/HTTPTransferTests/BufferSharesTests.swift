import HTTPTransfer
import Testing

struct BufferSharesTests {
  @Test func eachOfManyHasLittle() {
    let shares = BufferShares(total: 4 << 20, most: 512 << 10, least: 16 << 10)
    #expect((0...8).allSatisfy { shares.share(among: $0) == 512 << 10 })
    #expect(shares.share(among: 32) == 128 << 10)
    #expect([256, 257, 10_000].allSatisfy { shares.share(among: $0) == 16 << 10 })
    #expect((9...256).allSatisfy { shares.share(among: $0) * $0 <= 4 << 20 })
  }
}
