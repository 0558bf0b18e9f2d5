internal import Digests
internal import PostgreSQL

/// The locks that writers hold until their transaction ends, whether or not there is a row yet: of the bucket, which they
/// share, and of the key. Different names with the same number only wait for each other.
enum NameLocks {
  private static let both = SQLStatement(
    """
    SELECT pg_advisory_xact_lock_shared(hashtextextended(current_schema(), $1)),
      pg_advisory_xact_lock(hashtextextended(current_schema(), $2))
    """)
  /// Takes them in the order of the arrays.
  private static let each = SQLStatement(
    """
    SELECT pg_advisory_xact_lock_shared(hashtextextended(current_schema(), bucket)),
      pg_advisory_xact_lock(hashtextextended(current_schema(), key))
    FROM unnest($1::bigint[], $2::bigint[]) AS names (bucket, key)
    """)
  private static let shared = SQLStatement(
    "SELECT pg_advisory_xact_lock_shared(hashtextextended(current_schema(), $1))")
  private static let whole = SQLStatement(
    "SELECT pg_advisory_xact_lock(hashtextextended(current_schema(), $1))")

  /// For a change of one object.
  static func object(_ key: [UInt8], in bucket: String) -> SQLQuery {
    both(.integer(number(bucket)), .integer(number(bucket, key)))
  }

  /// For a change of several objects, in an order in which no two of them wait for each other.
  static func objects(_ names: [(key: [UInt8], bucket: String)]) -> SQLQuery {
    let numbers = names.map { (number($0.bucket), number($0.bucket, $0.key)) }.sorted { $0 < $1 }
    return each(.integers(numbers.map(\.0)), .integers(numbers.map(\.1)))
  }

  /// For a change that lets the bucket be there.
  static func use(of bucket: String) -> SQLQuery { shared(.integer(number(bucket))) }

  /// For a change of the bucket itself; it waits for all who use it.
  static func change(of bucket: String) -> SQLQuery { whole(.integer(number(bucket))) }

  /// For a change of which pictures with this SHA-256 there are, or may be.
  static func picture(_ sha256: [UInt8]) -> SQLQuery { whole(.integer(number("", sha256))) }

  private static func number(_ bucket: String, _ key: [UInt8]? = nil) -> Int64 {
    // No name of a bucket holds NUL.
    let name = Array(bucket.utf8) + (key.map { [0] + $0 } ?? [])
    let digest = SHA256.digest(of: name)
    return digest.prefix(8).reduce(0) { $0 << 8 | Int64($1) }
  }
}
