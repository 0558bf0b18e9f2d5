/// Lists whose elements carry a quality value (RFC 9110 §12.4.2), such as `en-GB, en;q=0.8`.
enum WeightedList {
  struct Element: Equatable {
    /// What stands before the first semicolon, in lower case.
    var value: String
    /// 0 to 1000.
    var quality: Int
  }

  /// The elements in their order. Malformed ones are left out.
  static func parse(_ text: String) -> [Element] {
    var list = FieldScanner(text)
    var elements: [Element] = []
    while let piece = list.listElement() {
      if let element = element(Array(piece)) { elements.append(element) }
    }
    return elements
  }

  private static func element(_ bytes: [UInt8]) -> Element? {
    var scanner = FieldScanner(bytes)
    scanner.skipWhitespace()
    let run = scanner.run { $0 != ASCII.semicolon && !ASCII.isWhitespace($0) }
    guard !run.isEmpty, let parameters = scanner.parameters() else { return nil }
    let value = String(decoding: run, as: UTF8.self).asciiLowercased
    guard let weight = parameters.first(where: { $0.name == "q" })?.value else {
      return Element(value: value, quality: 1000)
    }
    return thousandths(weight).map { Element(value: value, quality: $0) }
  }

  /// A qvalue: 0 to 1 with at most three decimals.
  private static func thousandths(_ weight: [UInt8]) -> Int? {
    var scanner = FieldScanner(weight)
    guard let whole = scanner.digits(1), whole <= 1 else { return nil }
    var fraction: ArraySlice<UInt8> = []
    if scanner.take(".") { fraction = scanner.run(while: ASCII.isDigit) }
    guard scanner.isAtEnd, fraction.count <= 3 else { return nil }
    let decimals = (fraction + [0x30, 0x30, 0x30]).prefix(3).reduce(0) { $0 * 10 + Int($1 - 0x30) }
    let quality = whole * 1000 + decimals
    return quality <= 1000 ? quality : nil
  }
}
