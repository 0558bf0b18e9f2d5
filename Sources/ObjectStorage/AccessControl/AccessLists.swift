internal import EventLoop
internal import HTTPSemantics
internal import S3Documents

/// Access control lists as requests ask for them, checked against what a bucket's owner allows and with every account found.
@EventLoopActor
struct AccessLists {
  let authenticator: Authenticator

  /// The list that the fields of a put ask for; private where they ask for nothing.
  func requested(
    _ exchange: S3Exchange, of owner: Owner, in bucket: Bucket
  ) async throws(S3Error) -> AccessControlFields {
    guard let asked = try AccessControlFields(exchange.fields) else { return .canned(.private) }
    return try await accepted(asked, of: owner, in: bucket, exchange)
  }

  /// A list with every account found, unless the bucket's owner forbids it.
  func accepted(
    _ asked: AccessControlFields, of owner: Owner, in bucket: Bucket, _ exchange: S3Exchange
  ) async throws(S3Error) -> AccessControlFields {
    if bucket.ownership == .bucketOwnerEnforced {
      guard asked == .canned(.bucketOwnerFullControl) else { throw .accessControlListNotSupported }
      return asked
    }
    let policy = try await resolved(asked.policy(owner: owner, bucketOwner: bucket.owner), exchange)
    guard !bucket.publicAccess.blocksPublicACLs || !policy.isPublic else { throw .accessDenied() }
    if case .grants = asked { return .grants(policy.grants) }
    return asked
  }

  /// A list with every account found.
  private func resolved(_ list: AccessControlPolicy, _ exchange: S3Exchange) async throws(S3Error)
    -> AccessControlPolicy
  {
    let (accounts, unreadable) = await authenticator.accounts()
    do throws(S3Error) {
      return try list.resolved(account: { accounts[id: $0] }, accountByEmail: { accounts.account(mail: $0) })
    } catch {
      // An account is not missing where the keys cannot be read.
      guard let unreadable else { throw error }
      throw authenticator.failure(unreadable, exchange)
    }
  }

  /// A list with the names of its accounts, for people to read.
  func named(_ list: AccessControlPolicy, _ exchange: S3Exchange) async throws(S3Error) -> AccessControlPolicy {
    let (accounts, unreadable) = await authenticator.accounts()
    var isComplete = true
    let named = list.named { id in
      let name = accounts[id: id]?.displayName
      if name == nil { isComplete = false }
      return name
    }
    if !isComplete, let unreadable { throw authenticator.failure(unreadable, exchange) }
    return named
  }
}
