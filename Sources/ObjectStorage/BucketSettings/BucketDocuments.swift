internal import EventLoop
internal import HTTPSemantics
internal import Journal
internal import S3Documents
internal import Storage

/// The operations on documents that are stored for a bucket as they were put, once they were found to be right.
@EventLoopActor
struct BucketDocuments {
  let catalog: S3Calls<any BucketCatalog>
  let documents: DocumentReader
  let activity: ActivityLog
  let log: OperatorLog

  /// Gets, puts or deletes one.
  func perform(
    _ action: S3Operation.DocumentAction, _ document: BucketDocument, _ exchange: S3Exchange, _ bucket: Bucket
  ) async throws(S3Error) {
    switch action {
    case .get:
      guard let bytes = bucket.configuration.document(document) else { throw document.missing }
      let type = document == .policy ? "application/json" : "application/xml"
      await exchange.respond(.ok, HeaderFields([("Content-Type", type)]), body: bytes)
    case .put:
      let body = try await documents.body(of: exchange)
      // A policy says so in its own words.
      guard document == .policy || body.count <= ParsedDocuments.longest else { throw .maxMessageLengthExceeded }
      try await documents.parse { () throws(S3Error) in try Self.check(document, body, bucket) }
      try await keep(String(decoding: body, as: UTF8.self), document, exchange)
      await exchange.respond(document == .policy || document == .tagging ? .noContent : .ok)
    case .delete:
      try await keep(nil, document, exchange)
      await exchange.respond(.noContent)
    }
  }

  private func keep(_ text: String?, _ document: BucketDocument, _ exchange: S3Exchange) async throws(S3Error) {
    let name = exchange.bucket
    try await catalog { (catalog) throws(StorageError) in
      try await catalog.configure(name, .document(document.rawValue, text))
    }
    guard document == .policy else {
      activity.record(.bucketSettingChanged(bucket: name, setting: document.rawValue))
      return
    }
    activity.record(text == nil ? .policyRemoved(bucket: name) : .policySet(bucket: name))
    log.info("policy changed", ["bucket": name, "account": exchange.caller.name ?? "-", "request": exchange.requestID])
  }

  /// Refuses a document that is wrong, or that the bucket's other settings forbid.
  private nonisolated static func check(_ document: BucketDocument, _ body: [UInt8], _ bucket: Bucket) throws(S3Error) {
    switch document {
    case .policy:
      let policy = try PolicyDocument(body, for: bucket.name)
      guard !bucket.publicAccess.blocksPublicPolicy || !policy.isPublic else { throw .accessDenied() }
    case .cors: _ = try CORSConfiguration(document: body)
    case .tagging: _ = try TagSet(document: body, limit: TagSet.bucketLimit)
    case .publicAccessBlock: _ = try PublicAccessBlock(document: body)
    case .ownershipControls:
      guard try ObjectOwnership(document: body) == .bucketOwnerEnforced else { return }
      // What the list gives to others would be switched off without a word.
      guard bucket.acl.grants.allSatisfy({ $0.grantee == .account(bucket.owner) }) else {
        throw .invalidBucketAclWithObjectOwnership
      }
    }
  }

  /// GetBucketPolicyStatus: whether the policy or the access control list lets everybody in.
  func policyStatus(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    let isPublic = bucket.effective(bucket.acl).isPublic || bucket.policy?.isPublic ?? false
    await exchange.respond(xml: PolicyStatus.document(isPublic: isPublic))
  }
}
