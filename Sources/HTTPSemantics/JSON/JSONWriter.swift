/// Writes JSON values as compact UTF-8 that is inert in HTML too: `<` is `\u003c`, and U+2028 and U+2029, which end a
/// line in older JavaScript, are escaped.
public struct JSONWriter: Sendable {
  /// What has been written so far.
  public private(set) var bytes: [UInt8] = []

  /// A writer that has written nothing.
  public init() {}

  /// The bytes of one value.
  public static func write(_ value: JSONValue) -> [UInt8] {
    var writer = JSONWriter()
    writer.append(value)
    return writer.bytes
  }

  /// Appends one value.
  public mutating func append(_ value: JSONValue) {
    switch value {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    case .int(let number): bytes.append(contentsOf: String(number).utf8)
    case .double(let number): bytes.append(contentsOf: (number.isFinite ? number.description : "null").utf8)
    case .string(let text): append(text)
    case .array(let elements): append(elements)
    case .object(let members): append(members)
    }
  }

  private mutating func append(_ elements: [JSONValue]) {
    bytes.append(UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(ASCII.comma) }
      append(element)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  private mutating func append(_ members: [JSONValue.Member]) {
    bytes.append(UInt8(ascii: "{"))
    for (index, member) in members.enumerated() {
      if index > 0 { bytes.append(ASCII.comma) }
      append(member.name)
      bytes.append(ASCII.colon)
      append(member.value)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  private mutating func append(_ text: String) {
    bytes.append(ASCII.quote)
    for byte in text.utf8 {
      switch byte {
      case ASCII.quote, ASCII.backslash:
        bytes.append(ASCII.backslash)
        bytes.append(byte)
      case ASCII.lineFeed: bytes.append(contentsOf: "\\n".utf8)
      case ASCII.carriageReturn: bytes.append(contentsOf: "\\r".utf8)
      case ASCII.tab: bytes.append(contentsOf: "\\t".utf8)
      case 0..<0x20, ASCII.delete, UInt8(ascii: "<"):
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(Hexadecimal.digit(byte >> 4))
        bytes.append(Hexadecimal.digit(byte))
      case 0xA8 where endsWithLineSeparatorLead: replaceLead(with: "\\u2028")
      case 0xA9 where endsWithLineSeparatorLead: replaceLead(with: "\\u2029")
      default: bytes.append(byte)
      }
    }
    bytes.append(ASCII.quote)
  }

  /// Whether the last two bytes are E2 80, the first two of U+2028 and U+2029.
  private var endsWithLineSeparatorLead: Bool {
    bytes.suffix(2).elementsEqual([0xE2, 0x80])
  }

  private mutating func replaceLead(with escape: String) {
    bytes.removeLast(2)
    bytes.append(contentsOf: escape.utf8)
  }
}
