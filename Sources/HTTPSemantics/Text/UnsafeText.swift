/// Code points that make one line of text look like something that it is not.
enum UnsafeText {
  /// C0 and C1 controls and DEL: U+0085 (next line) is one of them.
  static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
  }

  /// U+2028 line separator and U+2029 paragraph separator.
  static func isLineSeparator(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value == 0x2028 || scalar.value == 0x2029
  }

  /// Bidirectional embeddings, overrides and isolates: U+202A–202E and U+2066–2069.
  static func isBidiControl(_ scalar: Unicode.Scalar) -> Bool {
    (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
  }
}
