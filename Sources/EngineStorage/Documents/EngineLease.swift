internal import EventLoop
internal import PostgreSQL
public import Storage

/// A lease as a lock of the database, which ends with the session of its holder.
public final class EngineLease: Lease {
  private let lock: SessionLock

  /// The lease of a name, which nobody need hold.
  public init(_ name: String, _ names: NameDatabase) { lock = SessionLock(name, names.pool) }

  /// Asks the database for the lock.
  public nonisolated(nonsending) func take() async throws(StorageError) -> Bool {
    do throws(PostgreSQLError) { return try await lock.take() } catch { throw StorageError(error) }
  }

  /// Asks the database whether the session is still there.
  public nonisolated(nonsending) func isHeld() async -> Bool { await lock.check() }

  /// Ends the session.
  public nonisolated(nonsending) func giveBack() async { await lock.giveBack() }
}
