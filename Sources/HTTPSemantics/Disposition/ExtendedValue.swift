/// Extended parameter values (RFC 8187 §3.2): `UTF-8'en'%E2%82%AC`.
enum ExtendedValue {
  /// The text of an extended value in UTF-8 or ISO-8859-1; nil if it is malformed or in another character set.
  static func decode(_ value: [UInt8]) -> String? {
    let pieces = value.split(separator: UInt8(ascii: "'"), maxSplits: 2, omittingEmptySubsequences: false)
    guard pieces.count == 3, let bytes = try? PercentEncoding.decode(pieces[2]) else { return nil }
    switch String(decoding: pieces[0], as: UTF8.self).asciiLowercased {
    case "utf-8":
      return String(validating: bytes, as: UTF8.self)
    case "iso-8859-1":
      var scalars = String.UnicodeScalarView()
      scalars.append(contentsOf: bytes.lazy.map { Unicode.Scalar($0) })
      return String(scalars)
    default:
      return nil
    }
  }
}
