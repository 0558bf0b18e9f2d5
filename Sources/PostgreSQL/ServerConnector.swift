internal import EventLoop
internal import Posix

/// Makes connections: looks names up, tries one server after the other, the one first that took the last connection.
@EventLoopActor
final class ServerConnector {
  /// The lookups of names wait on these threads.
  private static let resolvers = BlockingPool(name: "postgres-names", limit: 2)

  private let string: ConnectionString
  let limits: DatabaseLimits
  private var preferred: ConnectionString.Server?

  nonisolated init(_ string: ConnectionString, _ limits: DatabaseLimits) {
    self.string = string
    self.limits = limits
  }

  /// A connection to the first server that can be reached and takes writes.
  /// - Parameter session: settings of the session besides the limits, by name.
  /// - Throws: `notConnected` with what each server said.
  func connect(_ session: [(String, String)] = []) async throws(PostgreSQLError) -> ServerConnection {
    var reasons: [String] = []
    for server in string.servers {
      let addressed = await addressed(server)
      if addressed.isEmpty { reasons.append("\(server.host ?? ""): no address") }
      for candidate in addressed.sorted(by: { $0 == preferred && $1 != preferred }) {
        do throws(PostgreSQLError) {
          let connection = try await ServerConnection.open(
            string.keywords(for: candidate), until: deadline(limits.connectSeconds))
          try await begin(connection, session)
          preferred = candidate
          return connection
        } catch {
          guard case .notConnected(let words) = error else {
            if case .malformedString = error { throw error }
            if case .libraryMissing = error { throw error }
            reasons.append(error.description)
            continue
          }
          reasons.append(words)
        }
      }
    }
    throw .notConnected(reasons.joined(separator: "; "))
  }

  private static let set = SQLStatement.once("SELECT pg_catalog.set_config($1, $2, false)")

  /// What holds for the session: the server itself ends what takes too long, and notices when this side is gone.
  private func begin(_ connection: ServerConnection, _ session: [(String, String)]) async throws(PostgreSQLError) {
    func milliseconds(_ seconds: Double) -> String { String(Int(seconds * 1_000)) }
    let settings =
      [
        ("statement_timeout", milliseconds(limits.statementSeconds)),
        ("lock_timeout", milliseconds(limits.lockSeconds)),
        ("idle_in_transaction_session_timeout", milliseconds(limits.statementSeconds)),
        // Statements are planned once, often while their tables are still small. The price that a plan without an index
        // has then is so high that the server would compile it for each execution.
        ("enable_seqscan", "off"), ("jit", "off"),
        ("tcp_keepalives_idle", "5"), ("tcp_keepalives_interval", "2"), ("tcp_keepalives_count", "3"),
      ] + session
    do throws(PostgreSQLError) {
      _ = try await connection.run(
        settings.map { Self.set(.text($0.0), .text($0.1)) }, until: deadline(limits.connectSeconds))
    } catch {
      connection.close()
      throw error
    }
  }

  /// The server by each of its addresses.
  private func addressed(_ server: ConnectionString.Server) async -> [ConnectionString.Server] {
    guard server.needsAddress, let host = server.host else { return [server] }
    let found = LoopPromise<[String]>()
    EventLoop.current.start { found.fulfil(await Self.resolvers.run { addresses(ofHost: host) }) }
    return (await found.wait(until: deadline(limits.connectSeconds)) ?? []).map { address in
      var server = server
      server.address = address
      return server
    }
  }

  private func deadline(_ seconds: Double) -> UInt64 { EventLoop.current.deadline(in: seconds) }
}

extension EventLoop {
  /// The moment so many seconds from now, on the loop's clock.
  @EventLoopActor
  func deadline(in seconds: Double) -> UInt64 { now &+ UInt64(max(0, seconds) * 1e9) }
}
