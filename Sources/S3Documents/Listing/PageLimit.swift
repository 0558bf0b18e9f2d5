/// The numbers by which clients bound a page.
enum PageLimit {
  /// The number that `text` writes, from 0 to 2³¹ − 1, of which more than `maximum` counts as `maximum`; `absent`
  /// (`maximum`, if it is not given) where there is no text.
  ///
  /// - Parameter name: the parameter's or field's, for the error.
  /// - Throws: `InvalidArgument`.
  static func parse(_ text: String?, name: String, maximum: Int, absent: Int? = nil) throws(S3Error) -> Int {
    guard let text, !text.isEmpty else { return absent ?? maximum }
    guard let number = text.decimalNumber, number <= UInt64(Int32.max) else {
      throw .invalidArgument("Provided \(name) not an integer or within integer range", name: name, value: text)
    }
    return Int(min(number, UInt64(maximum)))
  }

  /// The same for a bound that only makes pages smaller: what is no number, or zero, counts as if it were not there.
  static func lenient(_ text: String?, maximum: Int) -> Int {
    guard let number = text?.decimalNumber, number > 0 else { return maximum }
    return Int(min(number, UInt64(maximum)))
  }
}
