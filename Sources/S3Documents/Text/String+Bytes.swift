/// Texts of S3 are the same if their bytes are: Swift's own comparison would take `é` for `e` with an accent.
extension StringProtocol {
  /// Whether the texts have the same UTF-8.
  func hasSameBytes(as other: some StringProtocol) -> Bool {
    utf8.elementsEqual(other.utf8)
  }

  /// Whether the texts have the same bytes when A–Z are taken for a–z.
  func equalsIgnoringASCIICase(_ other: some StringProtocol) -> Bool {
    utf8.count == other.utf8.count
      && zip(utf8, other.utf8).allSatisfy { Byte.lowercased($0) == Byte.lowercased($1) }
  }

  /// The text with A–Z in lower case.
  var asciiLowercased: String {
    String(decoding: utf8.map(Byte.lowercased), as: UTF8.self)
  }

  /// The text without spaces and tabs at its ends.
  var trimmed: String {
    let bytes = Array(utf8)
    let start = bytes.drop(while: Byte.isWhitespace)
    guard let last = start.lastIndex(where: { !Byte.isWhitespace($0) }) else { return "" }
    return String(decoding: start[...last], as: UTF8.self)
  }

  /// The number that the text writes in nothing but decimal digits; nil if it is anything else, or does not fit.
  var decimalNumber: UInt64? {
    !isEmpty && utf8.allSatisfy(Byte.isDigit) ? UInt64(self) : nil
  }
}
