/// Regular expressions (ECMA-262) for whole numbers.
public enum DecimalPattern {
  /// Those from 1 to a bound, without zeros in front.
  public static func upTo(_ bound: Int64) -> String {
    let digits = String(bound).utf8.map { Int($0 - UInt8(ascii: "0")) }
    var alternatives = digits.count > 1 ? ["[1-9][0-9]{0,\(digits.count - 2)}"] : []
    // As long as the bound, and below it from some place on.
    for (index, digit) in digits.enumerated() {
      let least = index == 0 ? 1 : 0
      guard digit > least else { continue }
      let head = digits[..<index].map(String.init).joined()
      let rest = digits.count - index - 1
      alternatives.append("\(head)[\(least)-\(digit - 1)]" + (rest > 0 ? "[0-9]{\(rest)}" : ""))
    }
    return (alternatives + [String(bound)]).joined(separator: "|")
  }
}
