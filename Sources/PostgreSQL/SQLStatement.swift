/// A statement with `$1`, `$2`, … where its values go. Its text stands in the code: nothing that comes from outside can
/// become part of it. Each connection prepares it once.
public struct SQLStatement: Hashable, Sendable {
  /// The text.
  public let text: String
  /// Whether a connection prepares it under a name.
  let isPrepared: Bool

  /// A statement that is used again and again.
  public init(_ text: StaticString) {
    self.text = text.description
    isPrepared = true
  }

  /// A statement that is used once, such as a migration's.
  public static func once(_ text: StaticString) -> SQLStatement { SQLStatement(text.description, isPrepared: false) }

  private init(_ text: String, isPrepared: Bool) {
    self.text = text
    self.isPrepared = isPrepared
  }

  /// The statement with more text behind it, which stands in the code as well.
  public func followed(by text: StaticString) -> SQLStatement {
    SQLStatement("\(self.text)\n\(text)", isPrepared: isPrepared)
  }

  /// The statement with values.
  public func callAsFunction(_ values: SQLValue...) -> SQLQuery { SQLQuery(statement: self, values: values) }
}

/// A statement with the values of its parameters.
public struct SQLQuery: Sendable {
  /// The statement.
  public var statement: SQLStatement
  /// What stands for `$1`, `$2`, …; the types are the same at each use of a statement.
  public var values: [SQLValue]

  /// A query.
  public init(statement: SQLStatement, values: [SQLValue]) {
    self.statement = statement
    self.values = values
  }
}
