internal import S3Documents

/// What the host says of the bucket, for addresses of the form `bucket.domain` ("virtual-hosted-style").
enum VirtualHost {
  /// The bucket that a host below `domain` names: all labels in front of it, since a bucket's name may have dots. Nil for
  /// the domain itself and for every other host: their addresses are path-style.
  static func bucket(_ host: HostName, domain: String) -> String? {
    guard host.text.hasSuffix(".\(domain)") else { return nil }
    return String(host.text.dropLast(domain.utf8.count + 1))
  }

  /// The buckets that a host could name if it were a virtual one: each beginning of it that is made of whole labels,
  /// since nobody knows where the domain begins, and the whole, which may be an alias. None for addresses and single
  /// labels, and none that no bucket can be called.
  static func suspects(_ host: HostName) -> [BucketName] {
    guard host.labels.count > 1 else { return [] }
    return host.labels.indices.compactMap { try? BucketName(host.labels[...$0].joined(separator: ".")) }
  }
}
