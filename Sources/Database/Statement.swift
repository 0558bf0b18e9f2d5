internal import CSQLite

/// A prepared statement, finalized when the last reference to it goes.
@safe final class Statement {
  private let pointer: OpaquePointer

  /// Compiles one statement of `sql`.
  init(_ sql: String, on handle: OpaquePointer) throws(DatabaseError) {
    var prepared: OpaquePointer?
    let code = unsafe sqlite3_prepare_v3(
      handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    guard code == SQLITE_OK else { throw unsafe DatabaseError(latestOn: handle) }
    guard let prepared = unsafe prepared else {
      throw DatabaseError(extendedCode: SQLITE_MISUSE, message: "no statement in \"\(sql)\"")
    }
    unsafe pointer = unsafe prepared
  }

  deinit {
    unsafe sqlite3_finalize(pointer)
  }

  /// Binds `values` to the parameters, the first to `?1`.
  func bind(_ values: [DatabaseValue]) throws(DatabaseError) {
    var index: Int32 = 1
    for value in values {
      try bind(value, at: index)
      index += 1
    }
  }

  private func bind(_ value: DatabaseValue, at index: Int32) throws(DatabaseError) {
    let code =
      switch value {
      case .null:
        unsafe sqlite3_bind_null(pointer, index)
      case .integer(let number):
        unsafe sqlite3_bind_int64(pointer, index, number)
      case .text(let text):
        unsafe sqlite3_bind_text64(
          pointer, index, text, UInt64(text.utf8.count), sqlite3_transient(), UInt8(SQLITE_UTF8))
      case .blob(let bytes):
        unsafe bytes.withUnsafeBytes { buffer in
          // An absent address would bind NULL.
          unsafe buffer.isEmpty
            ? sqlite3_bind_zeroblob(pointer, index, 0)
            : sqlite3_bind_blob64(pointer, index, buffer.baseAddress, UInt64(buffer.count), sqlite3_transient())
        }
      }
    guard code == SQLITE_OK else { throw unsafe DatabaseError(latestOn: sqlite3_db_handle(pointer)) }
  }

  /// Goes to the next row; false after the last one.
  func step() throws(DatabaseError) -> Bool {
    switch unsafe sqlite3_step(pointer) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw unsafe DatabaseError(latestOn: sqlite3_db_handle(pointer))
    }
  }

  /// Ends the run, so that it holds no lock, and forgets the values.
  func reset() {
    // It repeats the error of the step before, which has been thrown already.
    _ = unsafe sqlite3_reset(pointer)
    _ = unsafe sqlite3_clear_bindings(pointer)
  }

  func isNull(at column: Int32) -> Bool {
    unsafe sqlite3_column_type(pointer, column) == SQLITE_NULL
  }

  func integer(at column: Int32) -> Int64 {
    unsafe sqlite3_column_int64(pointer, column)
  }

  func bytes(at column: Int32) -> [UInt8] {
    guard let start = unsafe sqlite3_column_blob(pointer, column) else { return [] }
    return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, column))))
  }

  func text(at column: Int32) -> String {
    guard let start = unsafe sqlite3_column_text(pointer, column) else { return "" }
    let bytes = unsafe UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, column)))
    return unsafe String(decoding: bytes, as: UTF8.self)
  }
}

extension DatabaseError {
  /// The latest failure on a connection.
  init(latestOn handle: OpaquePointer?) {
    unsafe self.init(
      extendedCode: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)))
  }
}
