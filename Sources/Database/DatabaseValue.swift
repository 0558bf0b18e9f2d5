/// A value bound to a parameter of a statement.
public enum DatabaseValue: Equatable, Sendable {
  /// SQL's NULL.
  case null
  /// A signed 64-bit integer.
  case integer(Int64)
  /// UTF-8 text; it compares by bytes.
  case text(String)
  /// Bytes as they are.
  case blob([UInt8])
}
