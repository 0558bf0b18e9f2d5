/// A range of IP addresses in CIDR notation (RFC 4632), of version 4 or 6.
struct AddressRange: Equatable, Sendable {
  private let network: [UInt8]
  private let length: Int

  init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let network = Self.bytes(String(first)) else { return nil }
    self.network = network
    guard parts.count == 2 else {
      length = network.count * 8
      return
    }
    guard let length = Int(parts[1]), (0...network.count * 8).contains(length) else { return nil }
    self.length = length
  }

  func contains(_ address: String) -> Bool {
    guard let bytes = Self.bytes(address), bytes.count == network.count else { return false }
    let whole = length / 8
    guard bytes[..<whole].elementsEqual(network[..<whole]) else { return false }
    let rest = length % 8
    guard rest > 0 else { return true }
    let mask = UInt8(truncatingIfNeeded: 0xFF00 >> rest)
    return bytes[whole] & mask == network[whole] & mask
  }

  private static func bytes(_ text: String) -> [UInt8]? {
    text.contains(":") ? version6(text) : version4(text[...])
  }

  private static func version4(_ text: Substring) -> [UInt8]? {
    let numbers = text.split(separator: ".", omittingEmptySubsequences: false)
    let bytes = numbers.compactMap { UInt8($0) }
    return numbers.count == 4 && bytes.count == 4 ? bytes : nil
  }

  private static func version6(_ text: String) -> [UInt8]? {
    let halves = text.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
    guard let start = groups(halves[0]) else { return nil }
    guard halves.count == 2 else { return start.count == 16 ? start : nil }
    guard let end = groups(halves[1]), start.count + end.count <= 14 else { return nil }
    return start + [UInt8](repeating: 0, count: 16 - start.count - end.count) + end
  }

  private static func groups(_ text: Substring) -> [UInt8]? {
    guard !text.isEmpty else { return [] }
    var bytes: [UInt8] = []
    for group in text.split(separator: ":", omittingEmptySubsequences: false) {
      if group.contains(".") {
        guard let tail = version4(group) else { return nil }
        bytes += tail
      } else {
        guard group.count <= 4, let value = UInt16(group, radix: 16) else { return nil }
        bytes += [UInt8(value >> 8), UInt8(value & 0xFF)]
      }
    }
    return bytes
  }
}
