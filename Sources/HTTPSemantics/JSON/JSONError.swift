/// Why bytes are not a JSON text that is accepted here.
public struct JSONError: Error, Hashable, Sendable {
  /// The kinds of fault; the raw value is a stable name for programs.
  public enum Reason: String, Sendable {
    /// The text ends in the middle of a value.
    case unexpectedEnd = "unexpected-end"
    /// A byte that cannot stand there.
    case unexpectedByte = "unexpected-byte"
    /// A control character in a string, an unknown escape, or half of a surrogate pair.
    case malformedString = "malformed-string"
    /// A string is not UTF-8.
    case invalidUTF8 = "invalid-utf8"
    /// A number whose value, or whose text, is too large.
    case numberOutOfRange = "number-out-of-range"
    /// Arrays and objects are nested deeper than the limit.
    case tooDeep = "too-deep"
    /// An object names a member twice.
    case duplicateName = "duplicate-name"
  }

  /// What is wrong.
  public let reason: Reason
  /// Where, in bytes from the beginning.
  public let offset: Int
}
