/// Why a database did not answer as it was asked to. Words are for the operator.
public enum PostgreSQLError: Error, Equatable, Sendable {
  /// libpq is not there, in the loader's words.
  case libraryMissing(String)
  /// The connection string is none, in libpq's words, or names a secret that cannot be read.
  case malformedString(String)
  /// No server could be reached that takes writes, or it refuses; in libpq's words, without secrets.
  case notConnected(String)
  /// The database was found to be away a moment ago: nobody asks again so soon.
  case away(String)
  /// All connections are in use, and enough others wait for one.
  case busy
  /// The server answered with an error.
  case server(SQLState, String, constraint: String?)
  /// The connection ended before the answer came. Of a statement that changes something it is not known whether it did.
  case connectionLost(String)
  /// No answer came in time; the connection was given up. It is not known whether the statement was done.
  case timedOut
  /// A commit was sent and no answer came, nor could it be found out later what became of it.
  case outcomeUnknown(String)
  /// An answer is not of the kind that was expected.
  case unexpectedAnswer(String)

  /// The code of the server's error; nil for all else.
  public var state: SQLState? {
    if case .server(let state, _, _) = self { state } else { nil }
  }

  /// Whether the connection is of no use any more.
  var endsConnection: Bool {
    switch self {
    case .connectionLost, .timedOut, .unexpectedAnswer: true
    case .server(let state, _, _): state == .readOnlyTransaction || (state.category == "57" && state != .queryCanceled)
    default: false
    }
  }

  /// Whether a transaction that was not committed may be done again, over another connection where need be.
  var isWorthAnotherTry: Bool {
    switch self {
    case .connectionLost: true
    case .server(let state, let message, _):
      // A prepared statement whose table another version of the program has widened.
      state.isPassing || (state == .featureNotSupported && message.contains("cached plan"))
    default: false
    }
  }
}

extension PostgreSQLError: CustomStringConvertible {
  /// Words for the operator.
  public var description: String {
    switch self {
    case .libraryMissing(let words): "libpq cannot be loaded: \(words)"
    case .malformedString(let words): "the connection string of the database: \(words)"
    case .notConnected(let words): "the database cannot be reached: \(words)"
    case .away(let words): "the database was away a moment ago: \(words)"
    case .busy: "all connections to the database are in use"
    case .server(let state, let words, _): "the database refuses: \(words) (\(state))"
    case .connectionLost(let words): "the connection to the database ended: \(words)"
    case .timedOut: "the database does not answer in time"
    case .outcomeUnknown(let words): "whether the database has committed is not known: \(words)"
    case .unexpectedAnswer(let words): "the database answers what was not asked: \(words)"
    }
  }
}
