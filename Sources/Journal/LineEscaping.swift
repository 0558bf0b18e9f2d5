/// The text without a character that could end or disguise its line: controls (C0, DEL, C1) and Unicode's line and
/// paragraph separators become `\n`, `\r`, `\t` or `\u{…}`.
func escapedAsOneLine(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: isLineControl) else { return text }
  var line = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\n": line += "\\n"
    case "\r": line += "\\r"
    case "\t": line += "\\t"
    case _ where isLineControl(scalar): line += "\\u{\(String(scalar.value, radix: 16))}"
    default: line.unicodeScalars.append(scalar)
    }
  }
  return line
}

private func isLineControl(_ scalar: Unicode.Scalar) -> Bool {
  scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
}
