public import BlobEngine
internal import Posix
internal import PostgreSQL
internal import Storage

/// What is looked at of a database.
public enum DatabaseAspect: String, Sendable {
  /// Whether it is there, and takes writes.
  case reachable
  /// Whether it lets the user in.
  case credentials
  /// Whether the tables are there, or can be made.
  case schema
  /// Whether texts are kept as they are.
  case encoding
  /// Whether names are sorted by their bytes.
  case order
  /// Whether the clocks agree.
  case clock
}

/// Something about a database that is not as it should be.
public typealias DatabaseFinding = ProbeFinding<DatabaseAspect>

extension NameDatabase {
  private static let server = SQLStatement.once(
    """
    SELECT current_setting('server_encoding'), floor(extract(epoch FROM clock_timestamp()))::bigint, current_schema()::text
    """)
  /// Each in the order of bytes: a key that goes on after a slash comes after one that goes on after a minus sign.
  private static let sorted = SQLStatement.once(
    """
    SELECT
      (SELECT string_agg(encode(key, 'hex'), ' ' ORDER BY key)
       FROM (VALUES ('\\x612f'::bytea), ('\\x61'), ('\\x42'), ('\\xc3a4'), ('\\x612d')) AS keys (key)),
      (SELECT string_agg(name, ' ' ORDER BY name COLLATE "C") FROM (VALUES ('a/'), ('a'), ('B'), ('a-')) AS names (name))
    """)
  private static let collation = SQLStatement.once(
    """
    SELECT collation_name::text FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = 'buckets' AND column_name = 'name'
    """)

  /// Looks whether the database is fit to keep names: reachable, with these credentials, with its tables, which are made
  /// where they are missing, in the order of bytes, and with a clock that agrees.
  /// - Returns: what is wrong; empty where nothing is.
  public nonisolated(nonsending) func probe() async -> [DatabaseFinding] {
    do throws(PostgreSQLError) {
      var findings = try await probeServer()
      guard findings.allSatisfy({ !$0.isFatal }) else { return findings }
      do throws(StorageError) { try await prepareSchema() } catch {
        return findings + [Self.tables("\(error)")]
      }
      findings += try await probeOrder()
      return findings
    } catch {
      return [Self.finding(error)]
    }
  }

  private nonisolated(nonsending) func probeServer() async throws(PostgreSQLError) -> [DatabaseFinding] {
    guard let row = try await pool.run(Self.server()).first else { return [] }
    var findings: [DatabaseFinding] = []
    let encoding = try row.text(0)
    if encoding != "UTF8" {
      findings.append(
        DatabaseFinding(
          .encoding, "the database keeps texts in \(encoding)", do: "make one with ENCODING 'UTF8' TEMPLATE template0"))
    }
    if let finding = Self.clock(try row.integer(1) - Clock.now().seconds) { findings.append(finding) }
    if row.isNull(2) { findings.append(Self.tables("the connection's search_path names no schema that is there")) }
    return findings
  }

  private nonisolated(nonsending) func probeOrder() async throws(PostgreSQLError) -> [DatabaseFinding] {
    guard let row = try await pool.run(Self.sorted()).first else { return [] }
    let (keys, names) = (try row.text(0), try row.text(1))
    let isSorted = keys == "42 61 612d 612f c3a4" && names == "B a a- a/"
    let collation = try await pool.run(Self.collation()).first.map { (row) throws(PostgreSQLError) in try row.text(0) }
    guard isSorted, collation == "C" else {
      return [
        DatabaseFinding(
          .order, "the database does not sort names by their bytes",
          do: "use a PostgreSQL whose collation \"C\" does, and tables that this program has made")
      ]
    }
    return []
  }

  // MARK: Judgements

  /// The database's clock is so many seconds ahead.
  static func clock(_ ahead: Int64) -> DatabaseFinding? {
    guard abs(ahead) > 60 else { return nil }
    return DatabaseFinding(
      .clock, "the database's clock is \(abs(ahead)) s \(ahead > 0 ? "ahead of" : "behind") this one",
      do: "let both machines run NTP: stale uploads are removed by its clock", isFatal: false)
  }

  private static func tables(_ words: String) -> DatabaseFinding {
    DatabaseFinding(
      .schema, "the tables cannot be made: \(words)", do: "let the user of the connection create tables in its schema")
  }

  static func finding(_ error: PostgreSQLError) -> DatabaseFinding {
    switch error {
    case .libraryMissing:
      DatabaseFinding(.reachable, "\(error)", do: "install it: apt-get install libpq5")
    case .malformedString:
      DatabaseFinding(.reachable, "\(error)", do: "write it as libpq has it: host=… port=… dbname=… user=…")
    case .notConnected(let words)
    where ["authentication", "pg_hba.conf", "role ", "password"].contains(where: { words.contains($0) }):
      DatabaseFinding(.credentials, "\(error)", do: "check user and password, and pg_hba.conf of the server")
    case .server(.insufficientPrivilege, _, _): tables("\(error)")
    default:
      DatabaseFinding(
        .reachable, "\(error)",
        do: "see whether it runs, listens there, takes writes, and the firewall lets it")
    }
  }
}
