public import HTTPTransfer

/// How much is asked of an engine at once, and how long it may take; times in milliseconds.
public struct EngineLimits: Sendable, Equatable {
  /// Requests under way, of one process.
  public var connections = 256
  /// Bytes of contents that are held in each direction for each request, with one piece more.
  public var buffers = BufferShares()
  /// How often something is tried that may pass.
  public var attempts = 3
  /// For how long something is tried again, in milliseconds from the first try on: whoever has waited for an engine that
  /// hangs is told so before they give up themselves.
  public var retryWindow = 20_000
  /// The pause before the second try; it doubles with each, and is lengthened by chance by up to as much again.
  public var pause = 100
  /// How long to wait for a connection that is in use.
  public var turn = 5_000
  /// For small requests and answers.
  public var small = ExchangeTimeouts(
    connecting: 3_000, sending: 10_000, answer: 10_000, receiving: 10_000, whole: 20_000)
  /// For contents that are put.
  public var put = ExchangeTimeouts(connecting: 3_000, sending: 20_000, answer: 30_000, receiving: 10_000)
  /// For contents that are read.
  public var get = ExchangeTimeouts(connecting: 3_000, sending: 10_000, answer: 10_000, receiving: 10_000)
  /// How long a reader may leave a connection alone before somebody else may have it.
  public var idleReader = 2_000

  /// What holds where nothing else is said.
  public init() {}
}
