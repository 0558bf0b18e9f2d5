/// How long whoever asks a database waits, and how much of it a process takes up.
public struct DatabaseLimits: Sendable {
  /// The most connections of a process for its requests.
  public var connections = 8
  /// The most requests that wait for one of them; any more are refused at once.
  public var queue = 64
  /// How long a request waits for a connection, in seconds.
  public var queueSeconds = 5.0
  /// How long one server may take until a connection to it can be used.
  public var connectSeconds = 3.0
  /// How long a statement may run; the server ends it then.
  public var statementSeconds = 10.0
  /// How long a statement may wait for a lock; the server ends it then.
  public var lockSeconds = 5.0
  /// How long an answer may take. Longer than the server gives a statement: where this comes first, the server hangs.
  public var answerSeconds = 12.0
  /// How long to try to find out what became of a commit whose answer did not come.
  public var settlingSeconds = 15.0
  /// How long nobody asks again after the database was found to be away: at first, and at the most.
  public var breakSeconds = (0.25, 2.0)

  /// The usual limits.
  public init() {}
}
