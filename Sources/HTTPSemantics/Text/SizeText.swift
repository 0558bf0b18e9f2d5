/// Sizes and counts as people write them: `5242880`, `5MiB`, `64KiB`, `5MB`, `100M`.
public enum SizeText {
  private static let units: [Quantity.Unit] = [
    ("B", 1),
    ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
    ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
    ("K", 1000), ("M", 1_000_000), ("G", 1_000_000_000), ("T", 1_000_000_000_000),
  ]

  /// The number of bytes, or of whatever is counted. Units with an `i` are powers of 1024, the others powers of 1000.
  public static func count(_ text: String) throws(QuantityError) -> UInt64 {
    try Quantity.parse(text, units: units)
  }
}
