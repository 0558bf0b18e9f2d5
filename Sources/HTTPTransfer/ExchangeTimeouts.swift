/// What an exchange waits for.
public enum ExchangePhase: String, Sendable, Equatable {
  /// For the name and the connection.
  case connecting
  /// For the server to take bytes of the request's body.
  case sending
  /// For the head of the response, once the request is on its way.
  case answer
  /// For the next bytes of the response's body.
  case receiving
  /// For all of it.
  case whole
}

/// How long an exchange waits in each phase without anything moving, in milliseconds.
public struct ExchangeTimeouts: Sendable, Equatable {
  /// For the name and the connection.
  public var connecting: Int
  /// For the server to take more of the request's body.
  public var sending: Int
  /// For the head of the response, or the next line of it.
  public var answer: Int
  /// For the next bytes of the response's body.
  public var receiving: Int
  /// For the whole exchange; nil for any time.
  public var whole: Int?

  /// The timeouts of each phase.
  public init(
    connecting: Int = 5_000, sending: Int = 30_000, answer: Int = 30_000, receiving: Int = 30_000, whole: Int? = nil
  ) {
    self.connecting = connecting
    self.sending = sending
    self.answer = answer
    self.receiving = receiving
    self.whole = whole
  }

  func nanoseconds(_ phase: ExchangePhase) -> UInt64? {
    let milliseconds: Int? =
      switch phase {
      case .connecting: connecting
      case .sending: sending
      case .answer: answer
      case .receiving: receiving
      case .whole: whole
      }
    return milliseconds.map { UInt64(max(0, $0)) * 1_000_000 }
  }
}
