internal import EventLoop
internal import FastCGIWire
internal import HTTPSemantics
internal import S3Documents
internal import Storage

/// What the host of a request says of its bucket.
@EventLoopActor
struct VirtualHosts {
  /// The domain below which each host is a bucket's; nil where all addresses are path-style.
  let domain: String?
  let catalog: S3Calls<any BucketCatalog>

  /// The host that a request is sent to; nil where it names none, or comes through another service, which has looked at it.
  ///
  /// - Throws: `BadRequest` where the field is malformed, or where the request line names another host: nginx goes by
  ///   that one, and a signature by the field.
  func host(
    _ fields: HeaderFields, _ parameters: ParameterList, _ sender: VerifiedSender?
  ) throws(S3Error) -> HostName? {
    guard sender == nil else { return nil }
    let byServer = parameters["VITRINE_HOST"] ?? ""
    guard let field = fields["host"], !field.isEmpty else { return HostName(byServer) }
    guard let host = HostName(field) else {
      throw .badRequest("The field Host is neither a name nor an address with an optional port.")
    }
    guard byServer.isEmpty || HostName(byServer) == host else {
      throw .badRequest("The request line and the field Host name different hosts.")
    }
    return host
  }

  /// The bucket that the host names, where virtual hosts are served.
  func bucket(_ host: HostName?) -> String? {
    guard let domain, let host else { return nil }
    return VirtualHost.bucket(host, domain: domain)
  }

  /// Refuses a request to a virtual host where none are served: read as path-style, a deletion of an object would be one
  /// of a bucket.
  func refuseUnserved(_ exchange: S3Exchange) async throws(S3Error) {
    let suspects = suspects(exchange)
    guard !suspects.isEmpty else { return }
    let existing = try await catalog { (catalog) throws(StorageError) -> BucketName? in
      for bucket in suspects {
        do throws(StorageError) { _ = try await catalog.configuration(of: bucket.text) } catch .noSuchBucket {
          continue
        }
        return bucket
      }
      return nil
    }
    if let existing { throw Self.unservedVirtualHost(existing) }
  }

  /// Refuses a bucket whose name would make the host of the request one of the bucket's.
  func refuseBucketNamedAsHost(_ name: BucketName, _ exchange: S3Exchange) throws(S3Error) {
    guard suspects(exchange).contains(name) else { return }
    throw Self.unservedVirtualHost(name)
  }

  private func suspects(_ exchange: S3Exchange) -> [BucketName] {
    guard domain == nil, let host = exchange.host else { return [] }
    return VirtualHost.suspects(host)
  }

  private static func unservedVirtualHost(_ bucket: BucketName) -> S3Error {
    .invalidRequest(
      "The host begins with the name of the bucket \(bucket), and VITRINE_S3_DOMAIN is not set: it cannot be "
        + "told whether the path begins with a bucket. Have it set to the domain below which each host is a bucket's, or, where "
        + "this host is the server's own name, to this host.")
  }
}
