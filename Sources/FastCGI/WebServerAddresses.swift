/// The web servers that may connect over TCP: `FCGI_WEB_SERVER_ADDRS` of the FastCGI specification, section 3.2. Whoever
/// connects says who asks for what, so that nobody else may.
public struct WebServerAddresses: Equatable, Sendable {
  /// The variable's name.
  public static let variable = "FCGI_WEB_SERVER_ADDRS"

  private let addresses: Set<Substring>

  /// Reads addresses with commas between them; nil where there is none.
  public init?(_ text: String?) {
    let listed = (text ?? "").split(separator: ",").map { $0.drop { $0 == " " }.prefix { $0 != " " } }
    addresses = Set(listed.filter { !$0.isEmpty })
    if addresses.isEmpty { return nil }
  }

  /// Whether whoever has an address may connect.
  /// - Parameter address: digits; an address of version 4 may be written as one of version 6. Nil for a unix socket, whose
  ///   file says who may.
  public func allows(_ address: String?) -> Bool {
    guard let address else { return true }
    return addresses.contains(address.hasPrefix("::ffff:") ? address.dropFirst(7) : address[...])
  }
}
