internal import EventLoop
internal import FileStore
internal import HTTPSemantics
internal import Journal
internal import S3Authentication
internal import S3Documents

/// Documents that are kept for a bucket as they were put, once they were found to be right.
extension ObjectStorage {
  /// Gets, puts or deletes one.
  func document(
    _ document: S3Operation.BucketDocument, _ action: S3Operation.DocumentAction, _ exchange: S3Exchange,
    _ outcome: S3AuthenticationOutcome, _ bucket: BucketConfiguration
  ) async throws(S3Error) {
    switch action {
    case .get:
      guard let text = bucket.documents[document.rawValue] else { return try await answerUnset(document, exchange) }
      let type = document == .policy ? "application/json" : "application/xml"
      await exchange.respond(.ok, HeaderFields([("Content-Type", type)]), body: Array(text.utf8))
    case .put:
      let body = try await documentBody(exchange, outcome)
      try check(document, body, bucket: exchange.bucket)
      try await keep(String(decoding: body, as: UTF8.self), document, exchange)
      await exchange.respond(document == .policy || document == .tagging ? .noContent : .ok)
    case .delete:
      try await keep(nil, document, exchange)
      await exchange.respond(.noContent)
    }
  }

  private func keep(
    _ text: String?, _ document: S3Operation.BucketDocument, _ exchange: S3Exchange
  ) async throws(S3Error) {
    let (name, kind) = (exchange.bucket, document.rawValue)
    try await onStore { (store) throws(BucketError) in
      try store.configure(name) { $0.documents[kind] = text }
    }
    guard document == .policy else { return }
    activity.record(text == nil ? .policyRemoved(bucket: name) : .policySet(bucket: name))
    log.info("policy changed", ["bucket": name, "account": exchange.caller.name ?? "-", "request": exchange.requestID])
  }

  /// Refuses a document that is wrong, or of a kind that is not kept.
  private func check(
    _ document: S3Operation.BucketDocument, _ body: [UInt8], bucket: String
  ) throws(S3Error) {
    switch document {
    case .policy: try AccessPolicy(body, ofBucket: bucket).check()
    case .cors: _ = try CrossOriginRules(body)
    case .tagging: _ = try Self.tags(body, limit: 50)
    case .ownershipControls, .publicAccessBlock:
      let name = document == .ownershipControls ? "OwnershipControls" : "PublicAccessBlockConfiguration"
      guard let root = try? XMLParser.parse(body), root.name == name else { throw .malformedXML }
    case .lifecycle, .website, .encryption, .replication, .objectLock, .logging, .notification, .requestPayment,
      .accelerate:
      throw .notImplemented()
    }
  }

  /// What a bucket answers for which nothing was set.
  private func answerUnset(
    _ document: S3Operation.BucketDocument, _ exchange: S3Exchange
  ) async throws(S3Error) {
    switch document {
    case .policy: throw .noSuchBucketPolicy
    case .cors: throw .noSuchCORSConfiguration
    case .tagging: throw .noSuchTagSet
    case .ownershipControls: throw .ownershipControlsNotFoundError
    case .publicAccessBlock: throw .noSuchPublicAccessBlockConfiguration
    case .lifecycle: throw .noSuchLifecycleConfiguration
    case .website: throw .noSuchWebsiteConfiguration
    case .encryption: throw .serverSideEncryptionConfigurationNotFoundError
    case .replication: throw .replicationConfigurationNotFoundError
    case .objectLock: throw .objectLockConfigurationNotFoundError
    case .logging: await exchange.respond(xml: XMLWriter.document("BucketLoggingStatus") { _ in })
    case .notification: await exchange.respond(xml: XMLWriter.document("NotificationConfiguration") { _ in })
    case .accelerate: await exchange.respond(xml: XMLWriter.document("AccelerateConfiguration") { _ in })
    case .requestPayment:
      await exchange.respond(
        xml: XMLWriter.document("RequestPaymentConfiguration") { $0.element("Payer", "BucketOwner") })
    }
  }

  /// GetBucketPolicyStatus: whether the policy or the access control list lets everybody in.
  func policyStatus(_ exchange: S3Exchange, _ bucket: BucketConfiguration) async throws(S3Error) {
    var isPublic = AccessControlList(text: bucket.acl).grants(owner: bucket.owner, bucketOwner: bucket.owner)
      .contains { $0.grantee == .everybody || $0.grantee == .authenticated }
    if let text = bucket.documents["policy"],
      let policy = try? AccessPolicy(Array(text.utf8), ofBucket: exchange.bucket)
    {
      isPublic = isPublic || policy.isPublic
    }
    let answer = isPublic
    await exchange.respond(xml: XMLWriter.document("PolicyStatus") { $0.element("IsPublic", answer) })
  }
}
