/// How many bytes of a body are held for an exchange: many where there are few exchanges, few where there are hundreds.
public struct BufferShares: Sendable, Equatable {
  /// Up to so many exchanges are few; up to four times as many are some.
  public var fewExchanges: Int
  /// Bytes for each of a few; each of some has a quarter of them.
  public var most: Int
  /// Bytes for each of many.
  public var least: Int

  /// By default 512 KiB for each of 8, 128 KiB for each of 32, and 16 KiB for each of more.
  public init(fewExchanges: Int = 8, most: Int = 512 << 10, least: Int = 16 << 10) {
    self.fewExchanges = fewExchanges
    self.most = max(most, least)
    self.least = least
  }

  /// The bytes of each of so many exchanges.
  public func share(among count: Int) -> Int {
    if count <= fewExchanges { return most }
    return count <= 4 * fewExchanges ? max(most / 4, least) : least
  }
}
