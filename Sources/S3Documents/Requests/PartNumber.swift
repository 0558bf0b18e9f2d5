/// The numbers of parts.
public enum PartNumber {
  /// The highest number, and so the most parts.
  public static let maximum = 10_000

  /// The number that the parameter `partNumber` writes.
  ///
  /// - Throws: `InvalidArgument` for anything but 1 to 10,000.
  public static func parse(_ text: String) throws(S3Error) -> Int {
    guard let number = text.decimalNumber, (1...UInt64(maximum)).contains(number) else {
      throw .invalidArgument(
        "Part number must be an integer between 1 and 10000, inclusive", name: "partNumber", value: text)
    }
    return Int(number)
  }
}
