/// The name-value pairs of a request (section 3.4), kept as the bytes that came.
public struct ParameterList: Sendable {
  /// Where a pair lies: the value follows its name.
  private struct Pair {
    var nameStart: UInt32
    var nameLength: UInt32
    var valueLength: UInt32

    var name: Range<Int> { Int(nameStart)..<Int(nameStart) + Int(nameLength) }
    var value: Range<Int> { name.upperBound..<name.upperBound + Int(valueLength) }
  }

  /// The most bytes that a list can have.
  static let limit = Int(Int32.max)

  private let bytes: [UInt8]
  private var pairs: [Pair] = []

  /// No pairs.
  public init() {
    bytes = []
  }

  /// Reads the content of a complete FCGI_PARAMS stream.
  /// - Returns: nil where a length points behind the end.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count <= Self.limit else { return nil }
    self.bytes = bytes
    pairs.reserveCapacity(32)
    let input = bytes.span
    var position = 0
    while position < input.count {
      guard
        let nameLength = Self.length(in: input, at: &position),
        let valueLength = Self.length(in: input, at: &position),
        nameLength <= input.count - position,
        valueLength <= input.count - position - nameLength
      else { return nil }
      pairs.append(
        Pair(
          nameStart: UInt32(position), nameLength: UInt32(nameLength), valueLength: UInt32(valueLength)))
      position += nameLength + valueLength
    }
  }

  /// One or four bytes: the first bit of four is set.
  private static func length(in input: Span<UInt8>, at position: inout Int) -> Int? {
    guard position < input.count else { return nil }
    let first = Int(input[position])
    guard first >= 128 else {
      position += 1
      return first
    }
    guard input.count - position >= 4 else { return nil }
    defer { position += 4 }
    return (first & 0x7F) << 24 | Int(input[position + 1]) << 16 | Int(input[position + 2]) << 8
      | Int(input[position + 3])
  }

  /// The number of pairs.
  public var count: Int { pairs.count }

  /// The value of the first pair with a name; nil where there is none. Bytes that are not UTF-8 are replaced.
  public subscript(name: String) -> String? {
    value(of: name).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The bytes of the value of the first pair with a name; nil where there is none.
  public func value(of name: String) -> ArraySlice<UInt8>? {
    let wanted = name.utf8.span
    let list = bytes.span
    for index in pairs.indices where Int(pairs[index].nameLength) == wanted.count {
      let start = Int(pairs[index].nameStart)
      // From the end: names that share a length share a beginning (HTTP_) more often.
      var offset = wanted.count - 1
      while offset >= 0, list[start + offset] == wanted[offset] { offset -= 1 }
      if offset < 0 { return bytes[pairs[index].value] }
    }
    return nil
  }

  /// All pairs, in the order in which they came.
  public var all: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] {
    pairs.map { (bytes[$0.name], bytes[$0.value]) }
  }
}
