/// How many bytes of a body are held for an exchange: many where there are few exchanges, few where there are hundreds.
public struct BufferShares: Sendable, Equatable {
  /// Up to so many exchanges are few.
  public var fewExchanges: Int
  /// Bytes for each of a few.
  public var most: Int
  /// Bytes for each of many.
  public var least: Int

  /// By default 128 KiB for each of 32, and 16 KiB for each of more.
  public init(fewExchanges: Int = 32, most: Int = 128 << 10, least: Int = 16 << 10) {
    self.fewExchanges = fewExchanges
    self.most = max(most, least)
    self.least = least
  }

  /// The bytes of each of so many exchanges.
  public func share(among count: Int) -> Int { count <= fewExchanges ? most : least }
}
