internal import HTTPSemantics

/// The addresses that begin with the same bits, of either version of IP: `10.0.0.0/8`, `2001:db8::/32`.
struct IPNetwork: Sendable, Equatable {
  /// An address of 4 or 16 bytes; an IPv4 address in IPv6's clothes is one of 4.
  let address: [UInt8]
  /// How many bits count.
  let length: Int

  /// Reads an address with or without the number of bits; nil if it is neither.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let address = Self.address(parts[0]) else { return nil }
    self.address = address
    guard parts.count == 2 else {
      length = address.count * 8
      return
    }
    guard let length = parts[1].decimalNumber, length <= UInt64(address.count * 8) else { return nil }
    self.length = Int(length)
  }

  /// Whether an address is in the network.
  func contains(_ other: [UInt8]) -> Bool {
    guard other.count == address.count else { return false }
    let whole = length / 8
    guard other[..<whole] == address[..<whole] else { return false }
    let rest = length % 8
    return rest == 0 || (other[whole] ^ address[whole]) >> UInt8(8 - rest) == 0
  }

  /// Whether AWS calls a policy public that lets in such a network: one that is broader than `/8` or, of IPv6, `/32`.
  var isBroad: Bool { length < (address.count == 4 ? 8 : 32) }

  /// The bytes of an address; nil if the text is none.
  static func address(_ text: some StringProtocol) -> [UInt8]? {
    guard text.utf8.contains(UInt8(ascii: ":")) else { return version4(text) }
    guard let address = version6(text) else { return nil }
    let isMapped = address.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF])
    return isMapped ? Array(address[12...]) : address
  }

  private static func version4(_ text: some StringProtocol) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var address: [UInt8] = []
    for part in parts {
      guard part.utf8.count <= 3, let byte = part.decimalNumber.flatMap({ UInt8(exactly: $0) }) else { return nil }
      address.append(byte)
    }
    return address
  }

  /// Groups of hexadecimal digits, of which `::` may once stand for some that are zero, and the last two may be an
  /// IPv4 address (RFC 4291 §2.2).
  private static func version6(_ text: some StringProtocol) -> [UInt8]? {
    let bytes = Array(text.utf8)
    let gap = bytes.indices.first { bytes[$0...].starts(with: "::".utf8) }
    guard let gap else {
      return groups(bytes[...], mayEndInVersion4: true).flatMap { $0.count == 16 ? $0 : nil }
    }
    guard
      let head = groups(bytes[..<gap], mayEndInVersion4: false),
      let tail = groups(bytes[(gap + 2)...], mayEndInVersion4: true)
    else { return nil }
    let missing = 16 - head.count - tail.count
    return missing >= 2 ? head + [UInt8](repeating: 0, count: missing) + tail : nil
  }

  private static func groups(_ bytes: ArraySlice<UInt8>, mayEndInVersion4: Bool) -> [UInt8]? {
    if bytes.isEmpty { return [] }
    let groups = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    var address: [UInt8] = []
    for (index, group) in groups.enumerated() {
      if mayEndInVersion4, index == groups.count - 1, group.contains(UInt8(ascii: ".")) {
        guard let last = version4(String(decoding: group, as: UTF8.self)) else { return nil }
        address.append(contentsOf: last)
        continue
      }
      guard (1...4).contains(group.count) else { return nil }
      var value: UInt16 = 0
      for digit in group {
        guard let digit = Hexadecimal.value(of: digit) else { return nil }
        value = value << 4 | UInt16(digit)
      }
      address.append(UInt8(value >> 8))
      address.append(UInt8(value & 0xFF))
    }
    return address
  }
}
