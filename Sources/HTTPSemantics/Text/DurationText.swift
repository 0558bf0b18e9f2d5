/// Durations as people write them: `90`, `90s`, `5m`, `1h`, `7d`.
public enum DurationText {
  private static let units: [Quantity.Unit] = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)]

  /// The duration in seconds. A bare number is seconds.
  public static func seconds(_ text: String) throws(QuantityError) -> Int64 {
    Int64(try Quantity.parse(text, units: units))
  }
}
