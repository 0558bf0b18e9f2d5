internal import S3Documents

/// What the `Host` field says of the bucket, for addresses of the form `bucket.domain` ("virtual-hosted-style").
enum VirtualHost {
  /// The bucket that a host below `domain` names: all labels in front of it, since a bucket's name may have dots. Nil for
  /// the domain itself and for every other host: their addresses are path-style.
  static func bucket(_ field: String, domain: String) -> String? {
    let host = name(field)
    guard host.hasSuffix(".\(domain)") else { return nil }
    return String(host.dropLast(domain.utf8.count + 1))
  }

  /// The bucket that a host would name if it were a virtual one: its first label. Nil for addresses and single labels,
  /// and where no bucket can have the name.
  static func suspect(_ field: String) -> BucketName? {
    let host = name(field)
    let labels = host.split(separator: ".", omittingEmptySubsequences: false)
    guard labels.count > 1, !host.hasPrefix("["), labels.last?.utf8.contains(where: { !isDigit($0) }) ?? false else {
      return nil
    }
    return try? BucketName(String(labels[0]))
  }

  /// The host in lower case, without port and without the dot that ends an absolute name.
  private static func name(_ field: String) -> String {
    var host = field.lowercased()[...]
    if !host.hasSuffix("]"), let colon = host.lastIndex(of: ":"), !host[..<colon].hasSuffix(":") {
      host = host[..<colon]
    }
    if host.hasSuffix(".") { host = host.dropLast() }
    return String(host)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
