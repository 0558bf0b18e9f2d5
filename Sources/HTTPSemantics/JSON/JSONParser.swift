/// Reads JSON texts strictly by RFC 8259.
///
/// An object that names a member twice is refused, since programs differ in which of the two they see. So is a lone
/// surrogate escape, which stands for no text, and a byte order mark.
public enum JSONParser {
  /// Levels of arrays and objects that any text may have, whatever is asked for; it bounds the stack.
  public static let depthLimit = 512

  /// The value that `bytes` write.
  ///
  /// A number without fraction and exponent that fits in an `Int64` is an `int`, any other a `double`.
  ///
  /// - Parameter maximumDepth: levels of arrays and objects, at most `depthLimit`.
  /// - Throws: `JSONError` at the first fault.
  public static func parse(_ bytes: [UInt8], maximumDepth: Int = 64) throws(JSONError) -> JSONValue {
    var reader = JSONReader(bytes: bytes)
    let value = try reader.value(depth: min(max(0, maximumDepth), depthLimit))
    reader.skipWhitespace()
    if reader.position < bytes.count { throw JSONError(reason: .unexpectedByte, offset: reader.position) }
    return value
  }
}
