extension JSONReader {
  /// Reads a string; the cursor is on its opening quote.
  mutating func string() throws(JSONError) -> String {
    let start = position
    position += 1
    var content: [UInt8] = []
    while let byte = current {
      position += 1
      switch byte {
      case ASCII.quote:
        guard let text = String(validating: content, as: UTF8.self) else {
          throw JSONError(reason: .invalidUTF8, offset: start)
        }
        return text
      case ASCII.backslash:
        try escape(into: &content)
      case 0..<0x20:
        throw JSONError(reason: .malformedString, offset: position - 1)
      default:
        content.append(byte)
      }
    }
    throw unexpected()
  }

  /// Reads an escape; the cursor is after its backslash.
  private mutating func escape(into content: inout [UInt8]) throws(JSONError) {
    let start = position - 1
    guard let byte = current else { throw unexpected() }
    position += 1
    switch byte {
    case ASCII.quote, ASCII.backslash, ASCII.slash: content.append(byte)
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "n"): content.append(ASCII.lineFeed)
    case UInt8(ascii: "r"): content.append(ASCII.carriageReturn)
    case UInt8(ascii: "t"): content.append(ASCII.tab)
    case UInt8(ascii: "u"):
      guard let scalar = try escapedScalar() else { throw JSONError(reason: .malformedString, offset: start) }
      content.append(contentsOf: scalar.utf8)
    default: throw JSONError(reason: .malformedString, offset: start)
    }
  }

  /// Reads the digits after `\u`, and the second escape of a surrogate pair; nil for half a pair.
  private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar? {
    let first = try codeUnit()
    guard UTF16.isLeadSurrogate(first) else { return Unicode.Scalar(first) }
    guard take(ASCII.backslash), take(UInt8(ascii: "u")) else { return nil }
    let second = try codeUnit()
    guard UTF16.isTrailSurrogate(second) else { return nil }
    return Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
  }

  private mutating func codeUnit() throws(JSONError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = current.flatMap(Hexadecimal.value(of:)) else { throw unexpected() }
      position += 1
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }
}
