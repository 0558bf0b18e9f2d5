extension ContentDisposition {
  /// The value of a response's field: `attachment; filename="cat.jpg"`, and where the name is not plain ASCII also
  /// `filename*=UTF-8''…` (RFC 6266 §4.3, RFC 8187), which every current client prefers.
  ///
  /// The name that is sent is a single path component of at most 255 bytes, without control characters and without
  /// those that reorder text; `download` stands for a name of which nothing is left.
  public var fieldValue: String {
    guard let filename else { return kind }
    let safe = Self.safeFileName(filename)
    let fallback = Self.asciiFallback(safe)
    let value = "\(kind); filename=\(QuotedString.quote(fallback))"
    if fallback == safe { return value }
    return value + "; filename*=UTF-8''" + PercentEncoding.encode(safe.utf8, allowing: PercentEncoding.extendedValue)
  }

  private static func safeFileName(_ name: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
      if scalar == "/" || scalar == "\\" {
        scalars.append("_")
      } else if !UnsafeText.isControl(scalar), !UnsafeText.isLineSeparator(scalar), !UnsafeText.isBidiControl(scalar) {
        scalars.append(scalar)
      }
    }
    let safe = String(scalars).prefix(utf8Bytes: 255)
    return safe.utf8.allSatisfy { $0 == UInt8(ascii: ".") || $0 == ASCII.space } ? "download" : safe
  }

  /// `name` in ASCII, one underscore for each other code point. A percent sign that two hexadecimal digits follow
  /// becomes an underscore too, since some clients would decode it (RFC 6266, appendix D).
  private static func asciiFallback(_ name: String) -> String {
    let underscore = UInt8(ascii: "_")
    var bytes = name.unicodeScalars.map { $0.isASCII ? UInt8(truncatingIfNeeded: $0.value) : underscore }
    for index in bytes.indices.dropLast(2)
    where bytes[index] == ASCII.percent && Hexadecimal.value(of: bytes[index + 1]) != nil
      && Hexadecimal.value(of: bytes[index + 2]) != nil
    {
      bytes[index] = underscore
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
