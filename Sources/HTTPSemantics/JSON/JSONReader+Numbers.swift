extension JSONReader {
  /// Digits, signs and points that a number may have: far more than a `Double` can tell apart.
  private static var numberLimit: Int { 1024 }

  /// Reads a number (§6); what starts no value at all ends here too.
  mutating func number() throws(JSONError) -> JSONValue {
    let start = position
    _ = take(ASCII.dash)
    if !take(UInt8(ascii: "0")) { try digits() }
    var isInteger = true
    if take(UInt8(ascii: ".")) {
      isInteger = false
      try digits()
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isInteger = false
      _ = take(UInt8(ascii: "+")) || take(ASCII.dash)
      try digits()
    }

    let outOfRange = JSONError(reason: .numberOutOfRange, offset: start)
    guard position - start <= Self.numberLimit else { throw outOfRange }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let integer = Int64(text) { return .int(integer) }
    guard let number = Double(text), number.isFinite else { throw outOfRange }
    return .double(number)
  }

  /// Consumes one or more digits.
  private mutating func digits() throws(JSONError) {
    guard let byte = current, ASCII.isDigit(byte) else { throw unexpected() }
    while let byte = current, ASCII.isDigit(byte) { position += 1 }
  }
}
