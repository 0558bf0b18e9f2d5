/// Why bytes could not be percent-decoded. The offset is that of the `%`.
public enum PercentDecodingError: Error, Hashable, Sendable {
  /// `%` is not followed by two hexadecimal digits.
  case malformedEscape(offset: Int)

  /// A stable name for programs.
  public var code: String { "malformed-escape" }
}

/// Percent-encoding (RFC 3986 §2.1), on bytes: what they stand for is the caller's to know.
public enum PercentEncoding {
  /// unreserved of RFC 3986 §2.3: never in need of an escape. S3's signatures escape all else.
  public static let unreserved = ASCIISet.alphanumeric.union(ASCIISet("-._~"))

  /// What may stand in a path segment as it is: pchar of RFC 3986 §3.3 without the characters that other programs
  /// give a meaning of their own (`;`, `=`, `+`, `&`, `'`, parentheses).
  public static let pathSegment = unreserved.union(ASCIISet("!$*,:@"))

  /// As `pathSegment`, with the slash between segments.
  public static let path = pathSegment.union(ASCIISet("/"))

  /// What may stand in the name or the value of a query parameter as it is.
  public static let queryComponent = unreserved.union(ASCIISet("!$*,:@/"))

  /// attr-char of RFC 8187 §3.2.1: for extended parameters such as `filename*`.
  public static let extendedValue = ASCIISet.alphanumeric.union(ASCIISet("!#$&+-.^_`|~"))

  /// The bytes that `encoded` stands for.
  ///
  /// - Parameter plusIsSpace: whether `+` stands for a space, as in forms and queries (not in paths).
  /// - Throws: `PercentDecodingError` at the first `%` that no two hexadecimal digits follow.
  public static func decode(
    _ encoded: some Collection<UInt8>, plusIsSpace: Bool = false
  ) throws(PercentDecodingError) -> [UInt8] {
    if !encoded.contains(where: { $0 == ASCII.percent || (plusIsSpace && $0 == UInt8(ascii: "+")) }) {
      return Array(encoded)
    }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(encoded.count)
    var offset = 0
    var iterator = encoded.makeIterator()
    while let byte = iterator.next() {
      if byte == ASCII.percent {
        guard
          let high = iterator.next().flatMap(Hexadecimal.value(of:)),
          let low = iterator.next().flatMap(Hexadecimal.value(of:))
        else { throw .malformedEscape(offset: offset) }
        decoded.append(high << 4 | low)
        offset += 3
      } else {
        decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? ASCII.space : byte)
        offset += 1
      }
    }
    return decoded
  }

  /// `bytes` with all but the members of `allowed` written as `%XX`, in upper case.
  public static func encode(_ bytes: some Collection<UInt8>, allowing allowed: ASCIISet) -> String {
    var encoded: [UInt8] = []
    encoded.reserveCapacity(bytes.count)
    for byte in bytes {
      if allowed.contains(byte) {
        encoded.append(byte)
      } else {
        encoded.append(ASCII.percent)
        encoded.append(Hexadecimal.upperCaseDigit(byte >> 4))
        encoded.append(Hexadecimal.upperCaseDigit(byte))
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  /// `text` as one segment of a path: a slash in it is escaped.
  public static func encodePathSegment(_ text: String) -> String {
    encode(text.utf8, allowing: pathSegment)
  }

  /// `text` as the name or the value of a query parameter.
  public static func encodeQueryComponent(_ text: String) -> String {
    encode(text.utf8, allowing: queryComponent)
  }
}
