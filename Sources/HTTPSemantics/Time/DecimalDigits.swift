extension [UInt8] {
  /// Appends `value`, which is not negative, in decimal with zeros in front up to `width` digits.
  mutating func appendDecimal(_ value: Int, width: Int) {
    var divisor = 1
    for _ in 1..<Swift.max(1, width) { divisor *= 10 }
    while divisor > 0 {
      append(UInt8(value / divisor % 10) + 0x30)
      divisor /= 10
    }
  }
}
