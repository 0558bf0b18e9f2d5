/// How many bytes of a body are held for an exchange: many where there are few exchanges, few where there are hundreds.
public struct BufferShares: Sendable, Equatable {
  /// Bytes for all of them together, as long as each has no fewer than `least`.
  public var total: Int
  /// The most bytes for each.
  public var most: Int
  /// The fewest bytes for each.
  public var least: Int

  /// By default 4 MiB for all, and from 16 to 512 KiB for each.
  public init(total: Int = 4 << 20, most: Int = 512 << 10, least: Int = 16 << 10) {
    self.total = total
    self.most = max(most, least)
    self.least = least
  }

  /// The bytes of each of so many exchanges: whole pages.
  public func share(among count: Int) -> Int {
    min(most, max(least, total / max(1, count) / 4_096 * 4_096))
  }
}
