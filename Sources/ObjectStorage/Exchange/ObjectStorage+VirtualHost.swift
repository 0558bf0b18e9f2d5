internal import EventLoop
internal import FileStore
internal import HTTPSemantics
internal import S3Documents

extension ObjectStorage {
  /// The bucket that the host names, where virtual hosts are served. What comes through another door is path-style.
  func hostBucket(_ fields: HeaderFields, _ sender: KnownSender?) -> String? {
    guard sender == nil, let domain = configuration.domain, let host = fields["host"] else { return nil }
    return VirtualHost.bucket(host, domain: domain)
  }

  /// Refuses a request to a virtual host where none are served: read as path-style, a deletion of an object would be one
  /// of a bucket.
  func refuseUnservedVirtualHost(_ exchange: S3Exchange) async throws(S3Error) {
    guard exchange.sender == nil, configuration.domain == nil,
      let bucket = exchange.fields["host"].flatMap({ VirtualHost.suspect($0) })
    else { return }
    let isThere = try await onStore { (store) throws(BucketError) in
      do throws(BucketError) { _ = try store.configuration(bucket.text) } catch .noSuchBucket { return false }
      return true
    }
    guard !isThere else { throw Self.unservedVirtualHost(bucket) }
  }

  /// Refuses a bucket whose name would make the host of the request one of the bucket's.
  func refuseBucketNamedAsHost(_ name: BucketName, _ exchange: S3Exchange) throws(S3Error) {
    guard exchange.sender == nil, configuration.domain == nil,
      exchange.fields["host"].flatMap({ VirtualHost.suspect($0) }) == name
    else { return }
    throw Self.unservedVirtualHost(name)
  }

  private static func unservedVirtualHost(_ bucket: BucketName) -> S3Error {
    .invalidRequest(
      "The first label of the host is the name of the bucket \(bucket), and VITRINE_S3_DOMAIN is not set: it cannot be "
        + "told whether the path begins with a bucket. Have it set to the domain below which each host is a bucket's, or, where "
        + "this host is the server's own name, to this host.")
  }
}
