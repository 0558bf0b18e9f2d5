/// A cursor over a JSON text, with the productions of RFC 8259 as methods.
struct JSONReader {
  let bytes: [UInt8]
  var position = 0

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The byte under the cursor, nil at the end.
  var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func skipWhitespace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  /// The fault that the byte under the cursor is.
  func unexpected() -> JSONError {
    JSONError(reason: position < bytes.count ? .unexpectedByte : .unexpectedEnd, offset: position)
  }

  mutating func take(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    position += 1
    return true
  }

  /// Reads a value with the white space before it. It may have `depth` levels of arrays and objects.
  mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    skipWhitespace()
    switch current {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case ASCII.quote: return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    default: return try number()
    }
  }

  private mutating func literal(_ text: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
    for byte in text.utf8 {
      guard take(byte) else { throw unexpected() }
    }
    return value
  }

  private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
    try enter(depth)
    var elements: [JSONValue] = []
    if take(UInt8(ascii: "]")) { return .array(elements) }
    repeat {
      elements.append(try value(depth: depth - 1))
      skipWhitespace()
    } while take(ASCII.comma)
    guard take(UInt8(ascii: "]")) else { throw unexpected() }
    return .array(elements)
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
    try enter(depth)
    var members: [JSONValue.Member] = []
    // Names are distinguished by their bytes; equal strings may be spelled with different ones.
    var names: Set<[UInt8]> = []
    if take(UInt8(ascii: "}")) { return .object(members) }
    repeat {
      skipWhitespace()
      let start = position
      guard current == ASCII.quote else { throw unexpected() }
      let name = try string()
      guard names.insert(Array(name.utf8)).inserted else { throw JSONError(reason: .duplicateName, offset: start) }
      skipWhitespace()
      guard take(ASCII.colon) else { throw unexpected() }
      members.append(JSONValue.Member(name: name, value: try value(depth: depth - 1)))
      skipWhitespace()
    } while take(ASCII.comma)
    guard take(UInt8(ascii: "}")) else { throw unexpected() }
    return .object(members)
  }

  /// Consumes the bracket or brace that opens a level, and the white space after it.
  private mutating func enter(_ depth: Int) throws(JSONError) {
    guard depth > 0 else { throw JSONError(reason: .tooDeep, offset: position) }
    position += 1
    skipWhitespace()
  }
}
