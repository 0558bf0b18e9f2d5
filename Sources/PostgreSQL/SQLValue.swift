/// A value of a parameter, sent in PostgreSQL's binary format. A missing value has a type, too.
public enum SQLValue: Equatable, Sendable {
  /// `bigint`.
  case integer(Int64?)
  /// `text`. It must not hold NUL, which the server refuses.
  case text(String?)
  /// `bytea`.
  case bytes([UInt8]?)
  /// `boolean`.
  case boolean(Bool?)
  /// `bigint[]`.
  case integers([Int64])
  /// `text[]`.
  case texts([String])
  /// `bytea[]`.
  case byteArrays([[UInt8]])

  /// The object id of the type in the server's catalogue.
  var type: UInt32 {
    switch self {
    case .integer: 20
    case .text: 25
    case .bytes: 17
    case .boolean: 16
    case .integers: 1_016
    case .texts: 1_009
    case .byteArrays: 1_001
    }
  }

  /// Appends the binary format.
  /// - Returns: false for a missing value, of which nothing is appended.
  func encode(into buffer: inout [UInt8]) -> Bool {
    switch self {
    case .integer(let value?): buffer.appendBigEndian(UInt64(bitPattern: value), bytes: 8)
    case .text(let value?): buffer += value.utf8
    case .bytes(let value?): buffer += value
    case .boolean(let value?): buffer.append(value ? 1 : 0)
    case .integers(let values):
      buffer.appendArrayHead(count: values.count, elementType: 20)
      for value in values {
        buffer.appendBigEndian(8, bytes: 4)
        buffer.appendBigEndian(UInt64(bitPattern: value), bytes: 8)
      }
    case .texts(let values):
      buffer.appendArrayHead(count: values.count, elementType: 25)
      for value in values {
        buffer.appendBigEndian(UInt64(value.utf8.count), bytes: 4)
        buffer += value.utf8
      }
    case .byteArrays(let values):
      buffer.appendArrayHead(count: values.count, elementType: 17)
      for value in values {
        buffer.appendBigEndian(UInt64(value.count), bytes: 4)
        buffer += value
      }
    case .integer(nil), .text(nil), .bytes(nil), .boolean(nil): return false
    }
    return true
  }
}

extension [UInt8] {
  fileprivate mutating func appendBigEndian(_ number: UInt64, bytes count: Int) {
    for shift in stride(from: (count - 1) * 8, through: 0, by: -8) {
      append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
    }
  }

  /// The head of a one-dimensional array without missing elements; an empty one has no dimension.
  fileprivate mutating func appendArrayHead(count: Int, elementType: UInt64) {
    appendBigEndian(count == 0 ? 0 : 1, bytes: 4)
    appendBigEndian(0, bytes: 4)
    appendBigEndian(elementType, bytes: 4)
    guard count > 0 else { return }
    appendBigEndian(UInt64(count), bytes: 4)
    appendBigEndian(1, bytes: 4)
  }
}
