/// A whole number with a unit, the shape that durations and sizes share.
enum Quantity {
  typealias Unit = (name: String, factor: UInt64)

  /// The number times its unit's factor. Without a unit the factor is 1. Units are looked up without regard to case;
  /// white space around number and unit does not count.
  static func parse(_ text: String, units: [Unit]) throws(QuantityError) -> UInt64 {
    var scanner = FieldScanner(text)
    scanner.skipWhitespace()
    let digits = scanner.run(while: ASCII.isDigit)
    guard !digits.isEmpty else { throw .noNumber(text: text) }
    let unit = String(decoding: scanner.run { _ in true }.trimmingWhitespace(), as: UTF8.self)
    guard let factor = unit.isEmpty ? 1 : units.first(where: { $0.name.equalsIgnoringASCIICase(unit) })?.factor else {
      throw .unknownUnit(text: text, unit: unit, known: units.map(\.name))
    }
    guard let number = UInt64(String(decoding: digits, as: UTF8.self)) else { throw .tooLarge(text: text) }
    let (product, overflow) = number.multipliedReportingOverflow(by: factor)
    guard !overflow, product <= UInt64(Int64.max) else { throw .tooLarge(text: text) }
    return product
  }
}
