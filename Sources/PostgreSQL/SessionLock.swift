public import EventLoop

/// A lock that one session of all processes and hosts holds at a time (`pg_advisory_lock`), over a connection of its own.
/// It ends with the connection: the server ends a session whose holder is not heard of.
@EventLoopActor
public final class SessionLock {
  private static let take = SQLStatement(
    "SELECT pg_try_advisory_lock(hashtext(current_schema()), hashtext($1))")
  private static let ping = SQLStatement("SELECT 1")
  /// How often the holder is heard of, and when the server gives it up.
  private static let (pingSeconds, silenceSeconds) = (5.0, 20.0)

  private let connector: ServerConnector
  private let name: String
  private var connection: ServerConnection?
  private var isHeld = false
  private var checking: LoopPromise<Bool>?

  /// A lock that is not held yet.
  public nonisolated init(_ name: String, _ pool: ConnectionPool) {
    self.name = name
    connector = pool.connector
  }

  isolated deinit { connection?.close() }

  /// Takes it unless somebody else holds it.
  /// - Returns: whether it is held now.
  public func take() async throws(PostgreSQLError) -> Bool {
    if await check() { return true }
    let connection = try await connector.connect([
      ("idle_session_timeout", String(Int(Self.silenceSeconds * 1_000)))
    ])
    do throws(PostgreSQLError) {
      let rows = try await connection.run(
        [Self.take(.text(name))], until: EventLoop.current.deadline(in: connector.limits.answerSeconds))
      guard try rows.first?.first?.boolean(0) ?? false, !isHeld else {
        connection.close()
        return isHeld
      }
    } catch {
      connection.close()
      throw error
    }
    self.connection = connection
    isHeld = true
    connection.onEnd = { [weak self] in self?.isHeld = false }
    EventLoop.current.start { [weak self, weak connection] in
      while let connection, connection.isUsable, self != nil {
        await EventLoop.current.sleep(nanoseconds: UInt64(Self.pingSeconds * 1e9))
        _ = await self?.check()
      }
    }
    return true
  }

  /// Whether it is still held: the server is asked.
  public func check() async -> Bool {
    guard isHeld, let connection else { return false }
    // One question at a time; whoever asks meanwhile gets the same answer.
    if let checking { return await checking.wait() ?? false }
    let checking = LoopPromise<Bool>()
    self.checking = checking
    _ = try? await connection.run([Self.ping()], until: EventLoop.current.deadline(in: connector.limits.answerSeconds))
    self.checking = nil
    let answer = isHeld && connection.isUsable
    checking.fulfil(answer)
    return answer
  }

  /// Gives it back.
  public func giveBack() {
    connection?.close()
    connection = nil
    isHeld = false
  }
}
