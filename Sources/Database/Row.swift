/// The current row of a query; it is valid during the call that it is handed to. Columns count from 0.
public struct Row: ~Copyable {
  let statement: Statement

  /// Whether the column is NULL.
  public func isNull(_ column: Int) -> Bool { statement.isNull(at: Int32(column)) }

  /// The column as an integer; 0 for NULL.
  public func integer(_ column: Int) -> Int64 { statement.integer(at: Int32(column)) }

  /// The column as text; empty for NULL. Invalid UTF-8 is repaired.
  public func text(_ column: Int) -> String { statement.text(at: Int32(column)) }

  /// The bytes of a blob or of a text; none for NULL.
  public func bytes(_ column: Int) -> [UInt8] { statement.bytes(at: Int32(column)) }
}
