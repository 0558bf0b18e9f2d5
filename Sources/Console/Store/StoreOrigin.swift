internal import WebService

/// Where the object store's own endpoint is, as seen from whoever uses the console.
enum StoreOrigin {
  /// What nginx says: an address, or a port of the host that the console was reached at.
  static func make(_ request: WebRequest) -> String {
    make(origin: request.origin, store: request.storeAddress)
  }

  /// - Parameters:
  ///   - origin: scheme, host, and perhaps a port.
  ///   - store: the address of the object store, or its port; nil for the same one.
  static func make(origin: String, store port: String?) -> String {
    if let port, port.hasPrefix("http://") || port.hasPrefix("https://") { return port }
    guard let port, !port.isEmpty, port.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return origin }
    let isSecure = origin.hasPrefix("https://")
    let authority = origin.drop { $0 != "/" }.dropFirst(2)
    let host: Substring
    if authority.hasPrefix("["), let bracket = authority.firstIndex(of: "]") {
      host = authority[...bracket]
    } else {
      host = authority.prefix { $0 != ":" }
    }
    let suffix = port == (isSecure ? "443" : "80") ? "" : ":\(port)"
    return "\(isSecure ? "https" : "http")://\(host)\(suffix)"
  }
}
