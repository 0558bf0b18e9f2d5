/// The five letters and digits by which a server says what went wrong (PostgreSQL, Appendix A).
public struct SQLState: Hashable, Sendable, CustomStringConvertible {
  /// The code.
  public let code: String

  /// A code.
  public init(_ code: String) { self.code = code }

  /// `unique_violation`.
  public static let uniqueViolation = SQLState("23505")
  /// `serialization_failure`.
  public static let serializationFailure = SQLState("40001")
  /// `deadlock_detected`.
  public static let deadlockDetected = SQLState("40P01")
  /// `read_only_sql_transaction`: the server has become a standby.
  public static let readOnlyTransaction = SQLState("25006")
  /// `invalid_schema_name`.
  public static let invalidSchemaName = SQLState("3F000")
  /// `undefined_table`.
  public static let undefinedTable = SQLState("42P01")
  /// `insufficient_privilege`.
  public static let insufficientPrivilege = SQLState("42501")
  /// `feature_not_supported`; also where the plan of a prepared statement does not fit a changed table any more.
  public static let featureNotSupported = SQLState("0A000")
  /// `lock_not_available`: a lock was waited for too long.
  public static let lockNotAvailable = SQLState("55P03")
  /// `query_canceled`: a statement took too long.
  public static let queryCanceled = SQLState("57014")
  /// `disk_full`.
  public static let diskFull = SQLState("53100")

  /// The class: the first two characters.
  public var category: String { String(code.prefix(2)) }

  /// Whether the same transaction may well succeed when it is done again.
  public var isPassing: Bool {
    switch self {
    case .serializationFailure, .deadlockDetected, .readOnlyTransaction: true
    // Connections, and an operator who intervenes: shutdown, a crash, a start.
    default: category == "08" || (category == "57" && self != .queryCanceled)
    }
  }

  /// The code.
  public var description: String { code }
}
