/// Scheme, host and port of a server (RFC 9110, section 4.3.1), from the text of a link to its root.
public struct HTTPOrigin: Equatable, Sendable, CustomStringConvertible {
  /// Whether the scheme is https.
  public let isSecure: Bool
  /// The name or the address, without the brackets of IPv6.
  public let host: String
  /// The port.
  public let port: UInt16

  /// Reads `http://host`, `https://host:port`, `http://[::1]:port`, each with or without a last slash; nil for anything
  /// else, a path among it.
  public init?(_ text: String) {
    let rest: Substring
    if text.hasPrefix("http://") {
      (isSecure, rest) = (false, text.dropFirst(7))
    } else if text.hasPrefix("https://") {
      (isSecure, rest) = (true, text.dropFirst(8))
    } else {
      return nil
    }
    let authority = rest.hasSuffix("/") ? rest.dropLast() : rest
    var port = Substring()
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      host = String(authority[..<end].dropFirst())
      let tail = authority[authority.index(after: end)...]
      guard tail.isEmpty || tail.hasPrefix(":"), host.contains(":") else { return nil }
      port = tail.dropFirst()
      guard tail.isEmpty || !port.isEmpty else { return nil }
    } else {
      let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count <= 2, let name = parts.first else { return nil }
      host = String(name)
      if parts.count == 2 {
        port = parts[1]
        guard !port.isEmpty else { return nil }
      }
    }
    guard !host.isEmpty, host.utf8.allSatisfy(Self.isHostByte) else { return nil }
    if port.isEmpty {
      self.port = isSecure ? 443 : 80
    } else {
      guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(port), number > 0 else {
        return nil
      }
      self.port = number
    }
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: ":"):
      true
    default: false
    }
  }

  /// `http` or `https`.
  public var scheme: String { isSecure ? "https" : "http" }

  /// What the field Host says: without the scheme's own port.
  public var authority: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
  }

  /// The link to the root, without the last slash.
  public var description: String { "\(scheme)://\(authority)" }
}
