internal import EventLoop
internal import HTTPSemantics
internal import Journal
internal import ObjectStorage
internal import Posix
internal import S3Authentication
internal import Storage
internal import WebService

extension Console {
  nonisolated static let storeRoutes = [
    route(.get, "buckets/{name}", for: .accounts) { (console, exchange, visitor) async throws(ConsoleProblem) in
      try await console.summary(exchange, visitor)
    },
    route(.post, "links", for: .accounts) { (console, exchange, visitor) async throws(ConsoleProblem) in
      try await console.presign(exchange, visitor)
    },
  ]

  /// What a client would find out by listing a bucket and asking for its documents.
  private func summary(_ exchange: Exchange, _ visitor: Visitor) async throws(ConsoleProblem) -> WebResponse {
    let bucket = exchange.captures["name"] ?? ""
    guard
      let summary = await objects.overview(
        of: bucket, account: visitor.account, address: exchange.request.clientAddress,
        isSecure: isSecure(exchange.request))
    else { throw ConsoleProblem(.notFound) }
    return WebResponse(
      status: .ok,
      json: [
        "name": .string(bucket), "owner": .string(summary.owner), "public": .bool(summary.isPublic),
        "fixed": .bool(summary.isBuiltIn),
        "objects": summary.totals.map { .int(Int64($0.objects)) } ?? .null,
        "bytes": summary.totals.map { .int(Int64(clamping: $0.bytes)) } ?? .null,
        "policy": summary.policy.map { .string($0) } ?? .null,
        "cors": summary.crossOriginRules.map { .string($0) } ?? .null,
      ])
  }

  /// A presigned link, as `vitrine presign` makes it. It can do what the account can do when it is used.
  private func presign(_ exchange: Exchange, _ visitor: Visitor) async throws(ConsoleProblem) -> WebResponse {
    let body = try await JSONBody.read(exchange)
    let (method, bucket, key) = (try body.text("method"), try body.text("bucket"), try body.text("key"))
    guard method == "GET" || method == "PUT", !bucket.isEmpty, !bucket.contains("/"), !key.isEmpty,
      let expires = body["expires"]?.intValue, (1...S3Signer.longestExpiry).contains(expires),
      let secret = try await credentials(of: visitor.account)?.secret
    else { throw ConsoleProblem(.malformedRequest, "method, bucket, key and expires (1 to \(S3Signer.longestExpiry))") }
    do throws(S3AuthenticationError) {
      let link = try S3Signer.presign(
        method: method, origin: StoreOrigin.make(exchange.request), path: "/\(bucket)/\(key)",
        credentials: S3Signer.Credentials(accessKey: visitor.account, secretKey: secret), expires: expires,
        now: Clock.now().seconds)
      activity.record(.linkPresigned(method: method, bucket: bucket, key: key, name: visitor.account))
      return WebResponse(status: .created, json: ["url": .string(link), "expires": .int(expires)])
    } catch {
      throw ConsoleProblem(.malformedRequest, error.message)
    }
  }
}
