/// The client address, or network, by which requests are counted and limited.
public enum ClientNetwork {
  /// The address itself in version 4 of IP; in version 6 its network of 64 bits, in which one client has as many
  /// addresses as it likes.
  ///
  /// - Parameter address: as the web server writes it.
  public static func text(of address: String) -> String {
    guard address.contains(":"), !address.contains(".") else { return address }
    let halves = address.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
    var groups = halves[0].split(separator: ":").map { String($0) }
    if halves.count == 2 {
      let behind = halves[1].split(separator: ":").count
      groups += Array(repeating: "0", count: max(0, 8 - groups.count - behind))
      groups += halves[1].split(separator: ":").map { String($0) }
    }
    return groups.prefix(4).joined(separator: ":")
  }
}
