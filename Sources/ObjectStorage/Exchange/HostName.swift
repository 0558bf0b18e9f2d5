/// The host that the field `Host` names (RFC 9110 §7.2): a name or an address, in front of an optional port.
struct HostName: Equatable, Sendable {
  /// In lower case, without the port and without the dot that ends an absolute name; an IPv6 address in its brackets.
  let text: String
  /// The labels of a name; none for an address.
  let labels: [String]

  /// Nil for what is neither a name nor an address, or has anything but digits behind the colon. Such a field would be
  /// read in one way here and in another by a server or proxy before.
  init?(_ field: String) {
    let bytes = field.utf8.map { Self.isUppercaseLetter($0) ? $0 | 0x20 : $0 }
    let port: ArraySlice<UInt8>
    if bytes.first == UInt8(ascii: "[") {
      guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return nil }
      let address = bytes[1..<end]
      guard address.contains(UInt8(ascii: ":")), address.allSatisfy(Self.isOfAddress) else { return nil }
      text = String(decoding: bytes[...end], as: UTF8.self)
      labels = []
      port = bytes[(end + 1)...]
    } else {
      let end = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
      var name = bytes[..<end]
      if name.last == UInt8(ascii: ".") { name.removeLast() }
      let parts = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Self.isOfLabel) }) else { return nil }
      text = String(decoding: name, as: UTF8.self)
      let isAddress = parts.last?.allSatisfy(Self.isDigit) ?? true
      labels = isAddress ? [] : parts.map { String(decoding: $0, as: UTF8.self) }
      port = bytes[end...]
    }
    guard port.isEmpty || (port.first == UInt8(ascii: ":") && port.dropFirst().allSatisfy(Self.isDigit)) else {
      return nil
    }
  }

  /// Names of hosts have no underscore, but machines are called so all the same.
  private static func isOfLabel(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
    default: isDigit(byte)
    }
  }

  private static func isOfAddress(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: ":"), UInt8(ascii: "."): true
    default: isDigit(byte)
    }
  }

  private static func isUppercaseLetter(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
