/// The name-value pairs of a request (section 3.4), kept as the bytes that came.
public struct ParameterList: Sendable {
  private struct Pair {
    var name: Range<Int>
    var value: Range<Int>
  }

  private let bytes: [UInt8]
  private var pairs: [Pair] = []

  /// No pairs.
  public init() {
    bytes = []
  }

  /// Reads the content of a complete FCGI_PARAMS stream.
  /// - Returns: nil where a length points behind the end.
  public init?(_ bytes: [UInt8]) {
    self.bytes = bytes
    pairs.reserveCapacity(32)
    var position = 0
    while position < bytes.count {
      guard
        let nameLength = Self.length(in: bytes, at: &position),
        let valueLength = Self.length(in: bytes, at: &position),
        nameLength <= bytes.count - position,
        valueLength <= bytes.count - position - nameLength
      else { return nil }
      let name = position..<position + nameLength
      let value = name.upperBound..<name.upperBound + valueLength
      pairs.append(Pair(name: name, value: value))
      position = value.upperBound
    }
  }

  /// One or four bytes: the first bit of four is set.
  private static func length(in bytes: [UInt8], at position: inout Int) -> Int? {
    guard position < bytes.count else { return nil }
    let first = Int(bytes[position])
    guard first >= 128 else {
      position += 1
      return first
    }
    guard bytes.count - position >= 4 else { return nil }
    defer { position += 4 }
    return (first & 0x7F) << 24 | Int(bytes[position + 1]) << 16 | Int(bytes[position + 2]) << 8
      | Int(bytes[position + 3])
  }

  /// The number of pairs.
  public var count: Int { pairs.count }

  /// The value of the first pair with a name; nil where there is none. Bytes that are not UTF-8 are replaced.
  public subscript(name: String) -> String? {
    value(of: name).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The bytes of the value of the first pair with a name; nil where there is none.
  public func value(of name: String) -> ArraySlice<UInt8>? {
    let wanted = name.utf8
    for pair in pairs where pair.name.count == wanted.count {
      if bytes[pair.name].elementsEqual(wanted) { return bytes[pair.value] }
    }
    return nil
  }

  /// All pairs, in the order in which they came.
  public var all: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] {
    pairs.map { (bytes[$0.name], bytes[$0.value]) }
  }
}
