internal import HTTPSemantics

/// Texts of S3 are the same if their bytes are: Swift's own comparison would take `é` for `e` with an accent.
extension StringProtocol {
  /// Whether the texts have the same UTF-8.
  func hasSameBytes(as other: some StringProtocol) -> Bool {
    utf8.elementsEqual(other.utf8)
  }

  /// The text without spaces and tabs at its ends.
  var trimmed: String {
    let bytes = Array(utf8)
    let start = bytes.drop(while: ASCII.isWhitespace)
    guard let last = start.lastIndex(where: { !ASCII.isWhitespace($0) }) else { return "" }
    return String(decoding: start[...last], as: UTF8.self)
  }

  /// The number that the text writes in nothing but decimal digits; nil if it is anything else, or does not fit.
  var decimalNumber: UInt64? {
    !isEmpty && utf8.allSatisfy(ASCII.isDigit) ? UInt64(self) : nil
  }
}
