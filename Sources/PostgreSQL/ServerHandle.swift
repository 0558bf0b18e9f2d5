internal import CPostgreSQL

/// A connection as libpq has it. Nothing here waits: whoever calls watches the socket.
@safe struct ServerHandle: ~Copyable {
  /// What libpq waits for while it connects.
  enum Progress: Equatable {
    case readable
    case writable
    case connected
    case failed
  }

  /// What libpq gives for a part of a batch.
  enum Answer {
    /// What a statement gave.
    case rows(SQLRows)
    /// The server's error.
    case failure(PostgreSQLError)
    /// A statement was not done, since one before it in the batch failed.
    case skipped
    /// The end of what one statement gives.
    case end
    /// The end of the batch.
    case synchronized
    /// Something that was not asked for.
    case unexpected(String)
  }

  private let library: PostgreSQLLibrary
  private let connection: OpaquePointer

  private var functions: UnsafePointer<vitrine_pq> { unsafe library.functions }

  /// Begins to connect.
  init(_ keywords: [(keyword: String, value: String)]) throws(PostgreSQLError) {
    let library = try PostgreSQLLibrary.shared()
    let words = CStrings(keywords.map(\.keyword))
    let values = CStrings(keywords.map(\.value))
    guard
      let connection = unsafe library.functions.pointee.connect_start_params(words.pointers, values.pointers, 0)
    else { throw .notConnected("out of memory") }
    self.library = library
    unsafe self.connection = unsafe connection
    // What the server remarks goes to nobody: the default is standard error.
    _ = unsafe library.functions.pointee.set_notice_processor(connection, { _, _ in }, nil)
  }

  deinit {
    unsafe functions.pointee.finish(connection)
  }

  /// Whether it is of no use any more.
  var isBroken: Bool { unsafe functions.pointee.status(connection) == CONNECTION_BAD }

  /// The socket; nil where there is none (any more).
  var socket: Int32? {
    let number = unsafe functions.pointee.socket(connection)
    return number < 0 ? nil : number
  }

  /// What went wrong last, as one line.
  var message: String {
    guard let text = unsafe functions.pointee.error_message(connection) else { return "" }
    return unsafe String(cString: text).oneLine
  }

  /// Goes on with connecting, when the socket is ready as was asked.
  func poll() -> Progress {
    switch unsafe functions.pointee.connect_poll(connection) {
    case PGRES_POLLING_READING: .readable
    case PGRES_POLLING_WRITING: .writable
    case PGRES_POLLING_OK: .connected
    default: .failed
    }
  }

  /// Readies a connection that has just been made for batches.
  func begin() throws(PostgreSQLError) {
    guard unsafe functions.pointee.set_nonblocking(connection, 1) == 0,
      unsafe functions.pointee.enter_pipeline_mode(connection) == 1
    else { throw .notConnected(message) }
  }

  /// Appends the preparation of a statement to the batch.
  func prepare(_ name: String, _ query: SQLQuery) throws(PostgreSQLError) {
    let types = query.values.map(\.type)
    let sent = unsafe functions.pointee.send_prepare(
      connection, name, query.statement.text, Int32(types.count), types)
    guard sent == 1 else { throw .connectionLost(message) }
  }

  /// Appends a prepared statement with its values to the batch. Rows come in binary format.
  func execute(_ name: String, _ values: [SQLValue]) throws(PostgreSQLError) {
    var buffer: [UInt8] = []
    var starts: [Int?] = []
    var lengths: [Int32] = []
    for value in values {
      let start = buffer.count
      starts.append(value.encode(into: &buffer) ? start : nil)
      guard let length = Int32(exactly: buffer.count - start) else {
        throw .connectionLost("a value is longer than 2 GiB")
      }
      lengths.append(length)
    }
    // An empty value has an address as well: none would stand for a missing one.
    buffer.append(0)
    let formats = [Int32](repeating: 1, count: values.count)
    let sent = unsafe buffer.withUnsafeBytes { bytes in
      let base = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      let pointers: [UnsafePointer<CChar>?] = unsafe starts.map { start in
        guard let start, let base = unsafe base else { return nil }
        return unsafe UnsafePointer(base + start)
      }
      return unsafe functions.pointee.send_query_prepared(
        connection, name, Int32(values.count), pointers, lengths, formats, 1)
    }
    guard sent == 1 else { throw .connectionLost(message) }
  }

  /// Ends the batch.
  func synchronize() throws(PostgreSQLError) {
    guard unsafe functions.pointee.pipeline_sync(connection) == 1 else { throw .connectionLost(message) }
  }

  /// Sends what is waiting.
  /// - Returns: whether all of it has left.
  func flush() throws(PostgreSQLError) -> Bool {
    let left = unsafe functions.pointee.flush(connection)
    guard left >= 0 else { throw .connectionLost(message) }
    return left == 0
  }

  /// Takes what has come.
  func consumeInput() throws(PostgreSQLError) {
    guard unsafe functions.pointee.consume_input(connection) == 1 else { throw .connectionLost(message) }
  }

  /// Whether the next answer is not yet there as a whole.
  var isBusy: Bool { unsafe functions.pointee.is_busy(connection) == 1 }

  /// The next answer. It would wait where `isBusy` is true.
  func nextAnswer() -> Answer {
    guard let result = unsafe functions.pointee.get_result(connection) else { return .end }
    defer { unsafe functions.pointee.clear(result) }
    switch unsafe functions.pointee.result_status(result) {
    case PGRES_TUPLES_OK, PGRES_COMMAND_OK: return .rows(unsafe rows(of: result))
    case PGRES_PIPELINE_SYNC: return .synchronized
    case PGRES_PIPELINE_ABORTED: return .skipped
    case PGRES_FATAL_ERROR: return .failure(unsafe failure(of: result))
    case let status: return .unexpected("result status \(status.rawValue)")
    }
  }

  /// The next notification that has come; nil if there is none.
  func nextNotification() -> String? {
    guard let notification = unsafe functions.pointee.notifies(connection) else { return nil }
    defer { unsafe functions.pointee.freemem(notification) }
    return unsafe notification.pointee.extra.map { unsafe String(cString: $0) } ?? ""
  }

  /// Whether a transaction is open, or has failed.
  var isInTransaction: Bool { unsafe functions.pointee.transaction_status(connection) != PQTRANS_IDLE }

  private func failure(of result: OpaquePointer) -> PostgreSQLError {
    func field(_ number: Int32) -> String? {
      unsafe functions.pointee.result_error_field(result, number).map { unsafe String(cString: $0) }
    }
    // What libpq says itself, such as of a lost connection, has no code.
    guard let state = field(vitrine_pq_field_sqlstate) else {
      let words = unsafe functions.pointee.result_error_message(result).map { unsafe String(cString: $0) } ?? ""
      return .connectionLost(words.oneLine)
    }
    return .server(
      SQLState(state), (field(vitrine_pq_field_message) ?? "").oneLine,
      constraint: field(vitrine_pq_field_constraint))
  }

  private func rows(of result: OpaquePointer) -> SQLRows {
    let table = unsafe functions.pointee
    let (rowCount, columnCount) = unsafe (table.ntuples(result), table.nfields(result))
    var size = 0
    for row in 0..<rowCount {
      for column in 0..<columnCount { size += unsafe Int(table.getlength(result, row, column)) }
    }
    var rows = SQLRows(rows: Int(rowCount), columns: Int(columnCount), sizeHint: size)
    if let text = unsafe table.cmd_tuples(result) { rows.affected = unsafe Int(String(cString: text)) ?? 0 }
    for row in 0..<rowCount {
      for column in 0..<columnCount {
        if unsafe table.getisnull(result, row, column) == 1 {
          unsafe rows.append(nil)
        } else {
          let length = unsafe Int(table.getlength(result, row, column))
          unsafe rows.append(UnsafeRawBufferPointer(start: table.getvalue(result, row, column), count: length))
        }
      }
    }
    return rows
  }
}

/// A list of C strings that ends with a null pointer, freed with it.
@safe private final class CStrings {
  let pointers: UnsafeMutablePointer<UnsafePointer<CChar>?>
  private let count: Int

  init(_ strings: [String]) {
    count = strings.count
    unsafe pointers = .allocate(capacity: strings.count + 1)
    for (index, string) in strings.enumerated() {
      let bytes = Array(string.utf8CString)
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
      unsafe copy.initialize(from: bytes, count: bytes.count)
      unsafe (pointers + index).initialize(to: UnsafePointer(copy))
    }
    unsafe (pointers + count).initialize(to: nil)
  }

  deinit {
    for index in 0..<count { unsafe pointers[index]?.deallocate() }
    unsafe pointers.deallocate()
  }
}

extension String {
  /// The text in one line: libpq's messages have several.
  fileprivate var oneLine: String {
    split(whereSeparator: \.isNewline).map { $0.drop { $0 == "\t" || $0 == " " } }.joined(separator: "; ")
  }
}
