/// Kinds of IP addresses, by their text.
public enum NetworkAddress {
  /// 127.0.0.0/8 and ::1.
  public static func isLoopback(_ text: String) -> Bool {
    text == "::1" || text.hasPrefix("127.")
  }

  /// Loopback, RFC 1918, link-local and unique local addresses: those that no request from the internet comes from.
  static func isPrivate(_ text: String) -> Bool {
    if isLoopback(text) || text.hasPrefix("10.") || text.hasPrefix("192.168.") || text.hasPrefix("169.254.") {
      return true
    }
    let parts = text.split(separator: ".")
    if parts.count == 4, parts[0] == "172", let second = Int(parts[1]) { return (16...31).contains(second) }
    let lower = text.lowercased()
    return text.contains(":") && ["fc", "fd", "fe8", "fe9", "fea", "feb"].contains { lower.hasPrefix($0) }
  }
}
