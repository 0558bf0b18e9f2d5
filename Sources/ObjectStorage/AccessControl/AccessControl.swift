internal import EventLoop
internal import HTTPSemantics
internal import S3Documents
internal import Storage

/// The operations on the access control lists of buckets and objects.
@EventLoopActor
struct AccessControl {
  let objects: S3Calls<any ObjectStore>
  let catalog: S3Calls<any BucketCatalog>
  let lists: AccessLists
  let documents: DocumentReader

  /// GetBucketAcl.
  func getBucketACL(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    await exchange.respond(xml: try await lists.named(bucket.acl, exchange).document)
  }

  /// PutBucketAcl.
  func putBucketACL(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    let asked = try await requestedList(exchange, bucket.owner)
    let list = try await lists.accepted(asked, of: bucket.owner, in: bucket, exchange)
    try await catalog { (catalog) throws(StorageError) in
      try await catalog.configure(bucket.name.text, .accessControlList(list.stored))
    }
    await exchange.respond(.ok)
  }

  /// GetObjectAcl.
  func getObjectACL(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    let metadata = try await objects.metadata(exchange)
    await exchange.respond(xml: try await lists.named(bucket.acl(of: metadata), exchange).document)
  }

  /// PutObjectAcl.
  func putObjectACL(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    let owner = bucket.owner(of: try await objects.metadata(exchange))
    let asked = try await requestedList(exchange, owner)
    let list = try await lists.accepted(asked, of: owner, in: bucket, exchange)
    try await objects.change(exchange, .accessControlList(list.stored))
    await exchange.respond(.ok)
  }

  /// The list that the fields or the body of a request ask for.
  private func requestedList(_ exchange: S3Exchange, _ owner: Owner) async throws(S3Error) -> AccessControlFields {
    let body = try await documents.body(of: exchange)
    if let list = try AccessControlFields(exchange.fields) { return list }
    guard !body.isEmpty else { throw .malformedACLError() }
    let policy = try await documents.parse { () throws(S3Error) in try AccessControlPolicy(document: body) }
    // Nobody gives away what is his.
    guard policy.owner.id == owner.id else { throw .accessDenied() }
    return .grants(policy.grants)
  }
}
