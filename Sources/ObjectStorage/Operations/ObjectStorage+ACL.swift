internal import EventLoop
internal import FileStore
internal import HTTPSemantics
internal import S3Authentication
internal import S3Documents

extension ObjectStorage {
  /// What the fields of a put ask for; private where they ask for nothing.
  func accessControl(_ exchange: S3Exchange) throws(S3Error) -> AccessControlList {
    guard
      exchange.fields.fields.contains(where: {
        $0.name.lowercased().hasPrefix("x-amz-acl")
          || $0.name.lowercased().hasPrefix("x-amz-grant-")
      })
    else { return .canned(.private) }
    return try accessControlDocument().list(exchange.fields) ?? .canned(.private)
  }

  /// Reads and writes lists, knowing the accounts that there are.
  func accessControlDocument() -> AccessControlDocument {
    var accounts: [String: String] = [:]
    if let root = configuration.rootKey { accounts[Caller.canonicalID(root.access)] = root.access }
    for key in (try? keys.all()) ?? [] { accounts[Caller.canonicalID(key.name)] = key.name }
    return AccessControlDocument(accounts: accounts)
  }

  /// GetBucketAcl.
  func bucketACL(_ exchange: S3Exchange, _ bucket: BucketConfiguration) async {
    await exchange.respond(
      xml: accessControlDocument().write(
        AccessControlList(text: bucket.acl), owner: bucket.owner, bucketOwner: bucket.owner))
  }

  /// PutBucketAcl.
  func setBucketACL(
    _ exchange: S3Exchange, _ outcome: S3AuthenticationOutcome, _ bucket: BucketConfiguration
  ) async throws(S3Error) {
    let list = try await requestedList(exchange, outcome, owner: bucket.owner)
    let name = exchange.bucket
    try await onStore { (store) throws(BucketError) in try store.configure(name) { $0.acl = list.text } }
    await exchange.respond(.ok)
  }

  /// GetObjectAcl.
  func objectACL(_ exchange: S3Exchange, _ bucket: BucketConfiguration) async throws(S3Error) {
    let facts = try await facts(exchange)
    await exchange.respond(
      xml: accessControlDocument().write(
        AccessControlList(text: facts.acl), owner: facts.owner, bucketOwner: bucket.owner))
  }

  /// PutObjectAcl.
  func setObjectACL(
    _ exchange: S3Exchange, _ outcome: S3AuthenticationOutcome, _ bucket: BucketConfiguration
  ) async throws(S3Error) {
    let facts = try await facts(exchange)
    let list = try await requestedList(exchange, outcome, owner: facts.owner)
    try await change(exchange) { $0.acl = list.text }
    await exchange.respond(.ok)
  }

  private func requestedList(
    _ exchange: S3Exchange, _ outcome: S3AuthenticationOutcome, owner: String
  ) async throws(S3Error) -> AccessControlList {
    let body = try await documentBody(exchange, outcome)
    let document = accessControlDocument()
    if let list = try document.list(exchange.fields) { return list }
    guard !body.isEmpty else { throw .malformedACLError() }
    return try document.list(body, owner: owner)
  }
}
