/// What a query gave: rows, in one block of memory, and how many rows it changed.
public struct SQLRows: Sendable {
  /// How many rows were inserted, changed, deleted or selected.
  public internal(set) var affected = 0
  /// How many rows there are.
  public internal(set) var count = 0
  private(set) var columns = 0
  private var bytes: [UInt8] = []
  /// Where each value ends in `bytes`; -1 for one that is missing. Row by row.
  private var ends: [Int] = []
  private var starts: [Int] = []

  init() {}

  init(rows: Int, columns: Int, sizeHint: Int) {
    count = rows
    self.columns = columns
    starts.reserveCapacity(rows * columns)
    ends.reserveCapacity(rows * columns)
    bytes.reserveCapacity(sizeHint)
  }

  mutating func append(_ value: UnsafeRawBufferPointer?) {
    starts.append(bytes.count)
    guard let value = unsafe value else {
      ends.append(-1)
      return
    }
    unsafe bytes.append(contentsOf: value)
    ends.append(bytes.count)
  }

  /// The rows, in order.
  public var rows: some Sequence<SQLRow> { (0..<count).lazy.map { SQLRow(self, $0) } }

  /// The first row; nil if there is none.
  public var first: SQLRow? { count == 0 ? nil : SQLRow(self, 0) }

  fileprivate func value(_ row: Int, _ column: Int) -> ArraySlice<UInt8>? {
    guard column < columns else { return nil }
    let index = row * columns + column
    return ends[index] < 0 ? nil : bytes[starts[index]..<ends[index]]
  }
}

/// One row of an answer. Values are read by their place, counted from 0, as the type that the statement gives them.
public struct SQLRow: Sendable {
  private let rows: SQLRows
  private let index: Int

  fileprivate init(_ rows: SQLRows, _ index: Int) {
    self.rows = rows
    self.index = index
  }

  /// Whether a value is missing.
  public func isNull(_ column: Int) -> Bool { rows.value(index, column) == nil }

  /// A number of 2, 4 or 8 bytes; nil where it is missing.
  public func optionalInteger(_ column: Int) throws(PostgreSQLError) -> Int64? {
    guard let value = rows.value(index, column) else { return nil }
    guard let number = value.bigEndianInteger else { throw .unexpectedAnswer("column \(column) is no integer") }
    return number
  }

  /// A number of 2, 4 or 8 bytes.
  public func integer(_ column: Int) throws(PostgreSQLError) -> Int64 {
    try present(try optionalInteger(column), column)
  }

  /// A number that cannot be negative, such as a length.
  public func size(_ column: Int) throws(PostgreSQLError) -> UInt64 {
    guard let size = UInt64(exactly: try integer(column)) else {
      throw .unexpectedAnswer("column \(column) is negative")
    }
    return size
  }

  /// A text; nil where it is missing.
  public func optionalText(_ column: Int) throws(PostgreSQLError) -> String? {
    guard let value = rows.value(index, column) else { return nil }
    guard let text = String(validating: value, as: UTF8.self) else {
      throw .unexpectedAnswer("column \(column) is no UTF-8")
    }
    return text
  }

  /// A text.
  public func text(_ column: Int) throws(PostgreSQLError) -> String { try present(try optionalText(column), column) }

  /// Bytes; nil where they are missing.
  public func optionalBytes(_ column: Int) -> [UInt8]? { rows.value(index, column).map { Array($0) } }

  /// Bytes.
  public func bytes(_ column: Int) throws(PostgreSQLError) -> [UInt8] { try present(optionalBytes(column), column) }

  /// A truth value.
  public func boolean(_ column: Int) throws(PostgreSQLError) -> Bool {
    let value = try present(rows.value(index, column), column)
    guard value.count == 1 else { throw .unexpectedAnswer("column \(column) is no boolean") }
    return value.first == 1
  }

  /// An array of texts.
  public func texts(_ column: Int) throws(PostgreSQLError) -> [String] {
    var texts: [String] = []
    for element in try elements(column) {
      guard let text = String(validating: element, as: UTF8.self) else {
        throw .unexpectedAnswer("column \(column) is no UTF-8")
      }
      texts.append(text)
    }
    return texts
  }

  /// An array of numbers.
  public func integers(_ column: Int) throws(PostgreSQLError) -> [Int64] {
    var numbers: [Int64] = []
    for element in try elements(column) {
      guard let number = element.bigEndianInteger else { throw .unexpectedAnswer("column \(column) holds no integers") }
      numbers.append(number)
    }
    return numbers
  }

  private func elements(_ column: Int) throws(PostgreSQLError) -> [ArraySlice<UInt8>] {
    guard let elements = try present(rows.value(index, column), column).arrayElements else {
      throw .unexpectedAnswer("column \(column) is no array of one dimension without missing elements")
    }
    return elements
  }

  private func present<Value>(_ value: Value?, _ column: Int) throws(PostgreSQLError) -> Value {
    guard let value else { throw .unexpectedAnswer("column \(column) is missing") }
    return value
  }
}

extension ArraySlice<UInt8> {
  fileprivate var bigEndianInteger: Int64? {
    switch count {
    case 2, 4, 8:
      // The sign goes on to the left.
      var number: Int64 = (first ?? 0) >= 0x80 ? -1 : 0
      for byte in self { number = number << 8 | Int64(byte) }
      return number
    default: return nil
    }
  }

  /// The elements of an array in binary format; nil unless it has one dimension or none, and no element is missing.
  fileprivate var arrayElements: [ArraySlice<UInt8>]? {
    var rest = self
    func number() -> Int? {
      guard rest.count >= 4, let number = rest.prefix(4).bigEndianInteger else { return nil }
      rest = rest.dropFirst(4)
      return Int(number)
    }
    guard let dimensions = number(), number() != nil, number() != nil else { return nil }
    if dimensions == 0 { return [] }
    guard dimensions == 1, let count = number(), count >= 0, number() != nil else { return nil }
    var elements: [ArraySlice<UInt8>] = []
    elements.reserveCapacity(Swift.min(count, rest.count / 4))
    for _ in 0..<count {
      guard let length = number(), length >= 0, rest.count >= length else { return nil }
      elements.append(rest.prefix(length))
      rest = rest.dropFirst(length)
    }
    return elements
  }
}
