internal import EventLoop
internal import HTTPSemantics
internal import Journal
internal import LocalStorage
internal import S3Authentication
internal import S3Documents
internal import Storage

extension ObjectStorage {
  /// The list that the fields of a put ask for, as it is kept; private where they ask for nothing.
  func accessControl(
    _ exchange: S3Exchange, of owner: Owner, in bucket: Bucket
  ) async throws(S3Error) -> AccessControlFields {
    guard let asked = try AccessControlFields(exchange.fields) else { return .canned(.private) }
    return try await accepted(asked, of: owner, in: bucket)
  }

  /// GetBucketAcl.
  func bucketACL(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    await exchange.respond(xml: try await named(bucket.acl).document)
  }

  /// PutBucketAcl.
  func setBucketACL(
    _ exchange: S3Exchange, _ outcome: S3AuthenticationOutcome, _ bucket: Bucket
  ) async throws(S3Error) {
    let requested = try await requestedList(exchange, outcome, bucket.owner)
    let list = try await accepted(requested, of: bucket.owner, in: bucket)
    try await onStore { (store) throws(BucketError) in
      try store.configure(bucket.name.text) { $0.acl = list.kept }
    }
    await exchange.respond(.ok)
  }

  /// GetObjectAcl.
  func objectACL(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    let facts = try await facts(exchange)
    await exchange.respond(xml: try await named(bucket.acl(of: facts)).document)
  }

  /// PutObjectAcl.
  func setObjectACL(
    _ exchange: S3Exchange, _ outcome: S3AuthenticationOutcome, _ bucket: Bucket
  ) async throws(S3Error) {
    let owner = bucket.owner(of: try await facts(exchange))
    let list = try await accepted(try await requestedList(exchange, outcome, owner), of: owner, in: bucket)
    try await change(exchange) { $0.acl = list.kept }
    await exchange.respond(.ok)
  }

  /// The list that the fields or the body of a request ask for.
  private func requestedList(
    _ exchange: S3Exchange, _ outcome: S3AuthenticationOutcome, _ owner: Owner
  ) async throws(S3Error) -> AccessControlFields {
    let body = try await documentBody(exchange, outcome)
    if let list = try AccessControlFields(exchange.fields) { return list }
    guard !body.isEmpty else { throw .malformedACLError() }
    let policy = try await onPool { () throws(S3Error) in try AccessControlPolicy(document: body) }
    // Nobody gives away what is his.
    guard policy.owner.id == owner.id else { throw .accessDenied() }
    return .grants(policy.grants)
  }

  /// A list with every account found, unless the bucket's owner forbids it.
  func accepted(
    _ asked: AccessControlFields, of owner: Owner, in bucket: Bucket
  ) async throws(S3Error) -> AccessControlFields {
    if bucket.ownership == .bucketOwnerEnforced {
      guard asked == .canned(.bucketOwnerFullControl) else { throw .accessControlListNotSupported }
      return asked
    }
    let policy = try await resolved(asked.policy(owner: owner, bucketOwner: bucket.owner))
    guard !bucket.publicAccess.blocksPublicACLs || !policy.isPublic else { throw .accessDenied() }
    if case .grants = asked { return .grants(policy.grants) }
    return asked
  }

  /// A list with every account found.
  func resolved(_ list: AccessControlPolicy) async throws(S3Error) -> AccessControlPolicy {
    let (accounts, unreadable) = await accounts()
    do throws(S3Error) {
      return try list.resolved(account: { accounts[id: $0] }, accountByEmail: { accounts.account(mail: $0) })
    } catch {
      // An account is not missing where the keys cannot be read.
      guard let unreadable else { throw error }
      throw internalError(unreadable)
    }
  }

  /// A list with the names of its accounts, for people to read.
  private func named(_ list: AccessControlPolicy) async throws(S3Error) -> AccessControlPolicy {
    let (accounts, unreadable) = await accounts()
    var isComplete = true
    let named = list.named { id in
      let name = accounts[id: id]?.displayName
      if name == nil { isComplete = false }
      return name
    }
    if !isComplete, let unreadable { throw internalError(unreadable) }
    return named
  }

  /// The accounts that are known, and why there may be others: the keys cannot be read.
  private func accounts() async -> (Accounts, unreadable: StoreError?) {
    let root = [configuration.rootKey?.access].compactMap(\.self)
    do throws(StoreError) {
      return (Accounts(root + (try await accessKeys().all()).map(\.name)), nil)
    } catch {
      return (Accounts(root), error)
    }
  }

  private func internalError(_ cause: StoreError) -> S3Error {
    log.error("object store: \(cause)")
    return .internalError
  }
}
