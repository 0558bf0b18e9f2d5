internal import CPostgreSQL

/// libpq, loaded into the process when somebody first needs it.
///
/// The program is not linked with it: a process whose storage is on its own host pays nothing for it.
@safe final class PostgreSQLLibrary: Sendable {
  /// The name by which the loader finds it on Debian 12 and 13.
  static let fileName = "libpq.so.5"

  private static let loaded = Result<PostgreSQLLibrary, PostgreSQLError> { () throws(PostgreSQLError) in
    try PostgreSQLLibrary(fileName: fileName)
  }

  /// The functions. The table is filled once and lives as long as the process.
  nonisolated(unsafe) let functions: UnsafePointer<vitrine_pq>

  /// The library, which is loaded once.
  static func shared() throws(PostgreSQLError) -> PostgreSQLLibrary { try loaded.get() }

  init(fileName: String) throws(PostgreSQLError) {
    let table = UnsafeMutablePointer<vitrine_pq>.allocate(capacity: 1)
    unsafe table.initialize(to: vitrine_pq())
    if let missing = unsafe vitrine_pq_load(table, fileName) {
      defer { unsafe table.deallocate() }
      throw .libraryMissing(unsafe String(cString: missing))
    }
    unsafe functions = UnsafePointer(table)
  }

  /// The version as two numbers, such as `15.8`.
  var version: String {
    let number = unsafe functions.pointee.lib_version()
    return "\(number / 10_000).\(number % 10_000)"
  }
}

/// The version of libpq; nil where it is not there.
public func libpqVersion() -> String? { try? PostgreSQLLibrary.shared().version }
