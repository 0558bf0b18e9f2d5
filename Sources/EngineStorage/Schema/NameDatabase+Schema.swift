internal import PostgreSQL
public import Storage

extension NameDatabase {
  private static let lock = SQLStatement.once(
    "SELECT pg_advisory_xact_lock(hashtext(current_schema()), hashtext('vitrine schema'))")
  private static let makeTable = SQLStatement.once(
    """
    CREATE TABLE IF NOT EXISTS schema_versions (
      version bigint PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp())
    """)
  private static let hasTable = SQLStatement.once("SELECT to_regclass('schema_versions') IS NOT NULL")
  private static let present = SQLStatement.once("SELECT COALESCE(max(version), 0) FROM schema_versions")
  private static let note = SQLStatement.once("INSERT INTO schema_versions (version) VALUES ($1)")

  /// The version of the tables that this program knows.
  static var knownVersion: Int { SchemaVersions.all.count }

  /// Brings the tables up to the version of this program; those of a later program are left as they are. Of several
  /// processes that begin at once, one does it.
  public nonisolated(nonsending) func prepareSchema() async throws(StorageError) {
    if try await schemaVersion() >= Self.knownVersion { return }
    do throws(PostgreSQLError) {
      // Each version is a transaction; the lock is waited for by the next process, which then finds it done.
      for version in 1...Self.knownVersion {
        _ = try await pool.transaction(Self.unrecorded) { (transaction) throws(PostgreSQLError) in
          let rows = try await transaction.run([Self.lock(), Self.makeTable(), Self.present()])
          guard try rows[2].first?.integer(0) ?? 0 < Int64(version) else { return TransactionEnd.undo(false) }
          _ = try await transaction.run(
            SchemaVersions.all[version - 1].map { $0() } + [Self.note(.integer(Int64(version)))])
          return .commit([], true)
        }
      }
    } catch { throw StorageError(error) }
  }

  /// The version of the tables that are there; 0 where there are none.
  nonisolated(nonsending) func schemaVersion() async throws(StorageError) -> Int {
    do throws(PostgreSQLError) {
      guard try await pool.run(Self.hasTable()).first?.boolean(0) ?? false else { return 0 }
      return Int(try await pool.run(Self.present()).first?.integer(0) ?? 0)
    } catch { throw StorageError(error) }
  }
}
