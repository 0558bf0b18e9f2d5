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

  /// How exact a size is written.
  public enum Precision: Sendable {
    /// Always with one decimal, downwards: a number that grows keeps its shape, and promises nothing that is not there.
    case oneDecimal
    /// With a decimal below ten only, and none that is zero, upwards: one byte over a limit does not look like the limit.
    case short
  }

  /// The units of powers of 1024 (IEC 80000-13).
  public static let binaryUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]

  /// The size in the largest unit of which it has one, such as `1.5 MiB`. Bytes are written without a decimal.
  ///
  /// - Parameter units: each 1024 times the one before it, beginning with bytes; not empty.
  public static func format(
    _ bytes: UInt64, units: [String] = binaryUnits, decimalPoint: String = ".", _ precision: Precision
  ) -> String {
    var scale: UInt64 = 1
    var unit = 0
    while unit < units.count - 1, bytes / scale >= 1024 {
      scale <<= 10
      unit += 1
    }
    guard unit > 0 else { return "\(bytes) \(units[0])" }
    let (whole, rest) = bytes.quotientAndRemainder(dividingBy: scale)
    switch precision {
    case .oneDecimal: return "\(whole)\(decimalPoint)\(rest * 10 / scale) \(units[unit])"
    case .short:
      let tenths = (rest * 10 + scale - 1) / scale
      if whole >= 10 || tenths == 0 || tenths == 10 { return "\(whole + (tenths > 0 ? 1 : 0)) \(units[unit])" }
      return "\(whole)\(decimalPoint)\(tenths) \(units[unit])"
    }
  }
}
