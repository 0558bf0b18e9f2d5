internal import EventLoop
internal import HTTPSemantics
internal import Journal
internal import ObjectStorage
internal import Posix
internal import S3Authentication
internal import Storage
internal import WebService

/// What is known of a bucket.
private struct DescribedBucket: Sendable {
  let name: String
  let overview: BucketOverview

  static let shape = JSONShape<DescribedBucket>(
    "Bucket",
    [
      JSONMember("name", .text, "Its name.") { $0.name },
      JSONMember("owner", .text, "The account that it belongs to.") { $0.overview.owner },
      JSONMember("public", .flag, "Whether everybody may read something of it.") { $0.overview.isPublic },
      JSONMember("fixed", .flag, "Whether it is built in.") { $0.overview.isBuiltIn },
      JSONMember("objects", .orNull(.count), "Objects; null where the account may not list them.") {
        $0.overview.totals?.objects
      },
      JSONMember("bytes", .orNull(.count), "Their bytes.") { $0.overview.totals?.bytes },
      JSONMember("policy", .orNull(.text), "Its policy, as text.") { $0.overview.policy },
      JSONMember("cors", .orNull(.text), "Its rules for other origins, as text.") { $0.overview.crossOriginRules },
    ])
}

/// A presigned link.
private struct PresignedLink: Sendable {
  let url: String
  let expires: Int64

  static let shape = JSONShape<PresignedLink>(
    "Link",
    [
      JSONMember("url", .text(.text(format: "uri")), "The link.") { $0.url },
      JSONMember("expires", .count, "How many seconds it is good for.") { $0.expires },
    ])
}

extension Console {
  private nonisolated static let bucketName = Parameter.text("name", in: .path, "The bucket.")
  private nonisolated static let method = BodyMember<String>(
    "method", .choice(["GET", "PUT"]), "What the link does."
  ) { value in
    value.stringValue.flatMap { ["GET", "PUT"].contains($0) ? $0 : nil }
  }
  private nonisolated static let bucket = BodyMember<String>(
    "bucket", .text(pattern: "^[^/]+$"), "The bucket; it need not be there yet."
  ) { value in
    value.stringValue.flatMap { $0.isEmpty || $0.contains("/") ? nil : $0 }
  }
  private nonisolated static let key = BodyMember<String>("key", .text(lengths: 1...1_024), "The key of the object.") {
    value in
    value.stringValue.flatMap { (1...1_024).contains($0.unicodeScalars.count) ? $0 : nil }
  }
  private nonisolated static let expires = BodyMember.number(
    "expires", 1...S3Signer.longestExpiry, "How many seconds the link is good for.")

  nonisolated static let storeRoutes = [
    route(
      .get, "buckets/{name}", for: .accounts, "describeBucket", "What is known of a bucket",
      parameters: [bucketName.declaration], answers: [.json(DescribedBucket.shape.schema, "The bucket.")],
      refusing: [.notFound]
    ) { (console, exchange, visitor) async throws(ConsoleProblem) in
      try await console.summary(exchange, visitor)
    },
    route(
      .post, "links", for: .accounts, "presign", "A presigned link, good at the object store's own address",
      content: .json(
        "LinkRequest", [method.declaration, bucket.declaration, key.declaration, expires.declaration]),
      answers: [.json(PresignedLink.shape.schema, "The link.", status: .created)], isChange: false
    ) { (console, exchange, visitor) async throws(ConsoleProblem) in
      try await console.presign(exchange, visitor)
    },
  ]

  /// What a client would find out by listing a bucket and asking for its documents.
  private func summary(_ exchange: Exchange, _ visitor: Visitor) async throws(ConsoleProblem) -> WebResponse {
    let bucket = exchange.value(Self.bucketName) ?? ""
    guard
      let summary = await objects.overview(
        of: bucket, account: visitor.account, address: exchange.request.clientAddress,
        isSecure: isSecure(exchange.request))
    else { throw ConsoleProblem(.notFound) }
    return WebResponse(
      status: .ok, json: DescribedBucket.shape.json(DescribedBucket(name: bucket, overview: summary)))
  }

  /// A presigned link, as `vitrine presign` makes it. It can do what the account can do when it is used.
  private func presign(_ exchange: Exchange, _ visitor: Visitor) async throws(ConsoleProblem) -> WebResponse {
    let body = try await JSONBody.read(exchange)
    let (method, bucket, key) = (
      try body.value(Self.method), try body.value(Self.bucket), try body.value(Self.key)
    )
    let expires = try body.value(Self.expires)
    guard let secret = try await credentials(of: visitor.account)?.secret else {
      throw ConsoleProblem(.signInRequired)
    }
    do throws(S3AuthenticationError) {
      let link = try S3Signer.presign(
        method: method, origin: StoreOrigin.make(exchange.request), path: "/\(bucket)/\(key)",
        credentials: S3Signer.Credentials(accessKey: visitor.account, secretKey: secret), expires: expires,
        now: Clock.now().seconds)
      activity.record(.linkPresigned(method: method, bucket: bucket, key: key, name: visitor.account))
      return WebResponse(status: .created, json: PresignedLink.shape.json(PresignedLink(url: link, expires: expires)))
    } catch {
      throw ConsoleProblem(.malformedRequest, error.message)
    }
  }
}
