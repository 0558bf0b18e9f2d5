public import EventLoop

/// Hears what others tell by `NOTIFY vitrine`, over a connection of its own, for as long as the process lives.
@EventLoopActor
public final class NotificationListener {
  private static let listen = SQLStatement.once("LISTEN vitrine")
  private static let ping = SQLStatement("SELECT 1")
  /// How often the connection is tried, and how long it may take to answer: for as long what it should have told may be
  /// missed without anybody knowing it.
  private static let pingSeconds = 1.0
  private static let pingAnswerSeconds = 2.0

  /// What a listener hears.
  public enum Event: Equatable, Sendable {
    /// It listens from now on; what was told before, it does not know.
    case began
    /// It hears nothing any more, until it begins again.
    case ended
    /// Somebody told this.
    case notified(String)
  }

  private let connector: ServerConnector
  private let handler: @EventLoopActor @Sendable (Event) -> Void
  private var connection: ServerConnection?
  private let interruption = WaitPoint()
  private var isStopped = false

  /// A listener of the database that a pool is of. It begins at `start`.
  public init(_ pool: ConnectionPool, _ handler: @escaping @EventLoopActor @Sendable (Event) -> Void) {
    connector = pool.connector
    self.handler = handler
  }

  /// Connects, and again whenever the connection ends, until `stop`, whether anybody holds the listener or not.
  public func start() {
    EventLoop.current.start { [self] in
      while !isStopped {
        await listen()
        guard !isStopped else { return }
        _ = await interruption.wait(until: EventLoop.current.deadline(in: 0.5))
      }
    }
  }

  /// Gives the connection up.
  public func stop() {
    isStopped = true
    connection?.close()
    interruption.wake()
  }

  private func listen() async {
    guard let connection = try? await connector.connect() else { return }
    self.connection = connection
    connection.onNotification = { [handler] in handler(.notified($0)) }
    connection.onEnd = { [interruption] in interruption.wake() }
    guard
      (try? await connection.run([Self.listen()], until: EventLoop.current.deadline(in: connector.limits.answerSeconds)))
        != nil, !isStopped
    else {
      connection.close()
      return
    }
    handler(.began)
    // The end of a connection that is cut without a word shows when something is asked.
    while connection.isUsable {
      _ = await interruption.wait(until: EventLoop.current.deadline(in: Self.pingSeconds))
      guard connection.isUsable else { break }
      _ = try? await connection.run(
        [Self.ping()], until: EventLoop.current.deadline(in: Self.pingAnswerSeconds))
      connection.deliverNotifications()
    }
    connection.close()
    handler(.ended)
  }
}
