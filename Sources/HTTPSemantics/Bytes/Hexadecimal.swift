/// Base 16 (RFC 4648, section 8). The functions are inlinable, so that those who call them with arrays or UTF-8 views pay
/// for no generic code.
public enum Hexadecimal {
  /// Two lower-case digits per byte.
  @inlinable public static func encode(_ bytes: some Collection<UInt8>) -> String {
    String(decoding: encodedBytes(bytes), as: UTF8.self)
  }

  /// Two lower-case digits per byte, as ASCII.
  @inlinable public static func encodedBytes(_ bytes: some Collection<UInt8>) -> [UInt8] {
    var digits: [UInt8] = []
    digits.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      digits.append(digit(byte >> 4))
      digits.append(digit(byte))
    }
    return digits
  }

  /// The bytes that ASCII digits of either case stand for; nil for an odd count or anything else among them.
  @inlinable public static func decode(_ digits: some Collection<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    var high: UInt8?
    for digit in digits {
      guard let value = value(of: digit) else { return nil }
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return high == nil ? bytes : nil
  }

  /// The bytes that digits stand for if they are exactly so many, as those of a digest; nil for anything else.
  @inlinable public static func decode(_ digits: some Collection<UInt8>, byteCount: Int) -> [UInt8]? {
    guard let bytes = decode(digits), bytes.count == byteCount else { return nil }
    return bytes
  }

  /// The lower-case digit for the low four bits of `value`.
  @inlinable public static func digit(_ value: UInt8) -> UInt8 {
    let nibble = value & 0x0F
    return nibble < 10 ? nibble + 0x30 : nibble + 0x57
  }

  /// The upper-case digit for the low four bits of `value`.
  @inlinable public static func upperCaseDigit(_ value: UInt8) -> UInt8 {
    let nibble = value & 0x0F
    return nibble < 10 ? nibble + 0x30 : nibble + 0x37
  }

  /// The value of a digit of either case, nil for any other byte.
  @inlinable public static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x41...0x46: digit - 0x37
    case 0x61...0x66: digit - 0x57
    default: nil
    }
  }
}
