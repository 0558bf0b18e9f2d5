/// Base 64 (RFC 4648, sections 4 and 5). The functions are inlinable, so that those who call them with arrays or UTF-8
/// views pay for no generic code.
public enum Base64: Sendable {
  /// `+` and `/`, padded with `=` to a multiple of four.
  case standard
  /// `-` and `_`, without padding: safe in links and file names.
  case url

  /// The text that stands for `bytes`.
  @inlinable public func encode(_ bytes: some Collection<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var pending: UInt32 = 0
    var bits = 0
    for byte in bytes {
      pending = pending << 8 | UInt32(byte)
      bits += 8
      while bits >= 6 {
        bits -= 6
        text.append(symbol(UInt8(truncatingIfNeeded: pending >> UInt32(bits)) & 63))
      }
    }
    if bits > 0 {
      text.append(symbol(UInt8(truncatingIfNeeded: pending << UInt32(6 - bits)) & 63))
    }
    if self == .standard {
      while !text.count.isMultiple(of: 4) { text.append(UInt8(ascii: "=")) }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes that `text` stands for; nil for anything but their one canonical spelling. Padding may be left out in
  /// `url`, as RFC 4648 lets its users agree.
  @inlinable public func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3)
    var pending: UInt32 = 0
    var bits = 0
    var symbols = 0
    var padding = 0
    for character in text {
      if character == UInt8(ascii: "=") {
        padding += 1
        continue
      }
      guard padding == 0, let value = value(of: character) else { return nil }
      pending = pending << 6 | UInt32(value)
      symbols += 1
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: pending >> UInt32(bits)))
      }
    }
    let leftover = pending & ((1 << UInt32(bits)) - 1)
    guard bits < 6, leftover == 0, isPadded(symbols: symbols, padding: padding) else { return nil }
    return bytes
  }

  @inlinable func isPadded(symbols: Int, padding: Int) -> Bool {
    let wanted = (4 - symbols % 4) % 4
    return padding == wanted || (self == .url && padding == 0)
  }

  @inlinable func symbol(_ value: UInt8) -> UInt8 {
    switch value {
    case 0..<26: UInt8(ascii: "A") + value
    case 26..<52: UInt8(ascii: "a") + value - 26
    case 52..<62: UInt8(ascii: "0") + value - 52
    case 62: self == .standard ? UInt8(ascii: "+") : UInt8(ascii: "-")
    default: self == .standard ? UInt8(ascii: "/") : UInt8(ascii: "_")
    }
  }

  @inlinable func value(of symbol: UInt8) -> UInt8? {
    switch symbol {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): symbol - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): symbol - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): symbol - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+") where self == .standard, UInt8(ascii: "-") where self == .url: 62
    case UInt8(ascii: "/") where self == .standard, UInt8(ascii: "_") where self == .url: 63
    default: nil
    }
  }
}
