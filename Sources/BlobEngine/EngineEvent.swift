/// What an engine is asked to do.
public enum EngineOperation: String, Sendable, CaseIterable {
  /// A blob is put.
  case put
  /// A range of a blob is read.
  case get
  /// A blob is looked at.
  case head
  /// A blob is removed.
  case remove
  /// A page of names is read.
  case list
  /// It is looked whether the engine is there.
  case probe
}

/// A request to an engine that is over.
public struct EngineEvent: Sendable, Equatable {
  /// What was asked.
  public let operation: EngineOperation
  /// The name of the blob, or the prefix of a list.
  public let name: String
  /// What went wrong; nil for a success.
  public let error: EngineError?
  /// The engine's own number of the request, where it gave one.
  public let requestID: String?
  /// For whom it was: what `EngineClient` was told when it began.
  public let origin: String?
  /// How long it took.
  public let nanoseconds: UInt64
  /// Whether this was not the first try.
  public let isRepeated: Bool
}

/// How an engine does at the moment.
public struct EngineState: Sendable, Equatable {
  /// Whether it is not asked, since it did not answer.
  public let isAway: Bool
  /// Requests under way.
  public let connections: Int
  /// Requests that wait for their turn.
  public let waiting: Int
}
