internal import CSQLite

/// The version of SQLite that the running program has loaded, for `vitrine version`.
public enum LibraryVersion {
  /// As `3.40.1`.
  public static var sqlite: String {
    unsafe String(cString: sqlite3_libversion())
  }
}
