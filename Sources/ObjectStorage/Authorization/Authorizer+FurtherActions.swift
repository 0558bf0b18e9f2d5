internal import EventLoop
internal import HTTPSemantics
internal import S3Documents
internal import Storage

/// What the fields of a request do beside its operation: a put can set an access control list and tags, the making of a
/// bucket a list and an ownership setting. Each needs the right to that, too.
extension Authorizer {
  /// Lets the list and the tags through that a write brings for its object.
  func authorizeFields(_ operation: S3Operation, _ exchange: S3Exchange, of bucket: Bucket) async throws(S3Error) {
    switch operation {
    case .putObject, .copyObject, .createUpload, .postForm: break
    default: return
    }
    let owner = exchange.caller.name.map { Owner(account: $0) } ?? bucket.owner
    if try givesToOthers(exchange.fields, of: owner, in: bucket.owner) {
      try await authorizeField(.putObjectACL, exchange, of: bucket, isAskedFor: true)
    }
    if exchange.bringsTags(operation) {
      // MinIO asks for no right to that, and S3 does: a denial counts, a missing permission does not.
      try await authorizeField(.putObjectTagging, exchange, of: bucket, isAskedFor: false)
    }
  }

  /// Lets what the fields of CreateBucket set through: an account's policy has to allow it.
  func authorizeFields(ofNew name: BucketName, _ exchange: S3Exchange) async throws(S3Error) {
    guard case .account(let account, let policy?) = exchange.caller else { return }
    let owner = Owner(account: account)
    var actions: [S3Action] = []
    if try givesToOthers(exchange.fields, of: owner, in: owner) { actions.append(.putBucketACL) }
    if exchange.fields.contains("x-amz-object-ownership") { actions.append(.putBucketOwnershipControls) }
    for action in actions {
      let access = AccessRequest(action: action, resource: .bucket(name), context: exchange.policyContext())
      guard await decide(access, by: policy, for: exchange.caller) == .allow else { throw .accessDenied() }
    }
  }

  /// Lets the tags through that a copy takes over from its source: they are read there and put here. As with tags that a
  /// put brings, a denial counts, a missing permission does not.
  func authorizeTags(
    _ tags: TagSet, from source: CopySource, to destination: Bucket, _ exchange: S3Exchange
  ) async throws(S3Error) {
    let bucket = try await bucket(source.bucket)
    let reading = try await accessRequest(.getObjectTagging, on: source.key.bytes, of: bucket, exchange)
    guard await decide(reading, in: bucket, for: exchange.caller) != .deny else { throw .accessDenied() }
    let writing = try await accessRequest(.putObjectTagging, on: exchange.key, of: destination, exchange, tags: tags)
    guard await decide(writing, in: destination, for: exchange.caller) != .deny else { throw .accessDenied() }
  }

  /// Whoever writes by the bucket's own list may give away what he writes, as S3 has it: such a list knows no difference.
  /// Still, what a policy denies is denied.
  private func authorizeField(
    _ action: S3Action, _ exchange: S3Exchange, of bucket: Bucket, isAskedFor: Bool
  ) async throws(S3Error) {
    let access = try await accessRequest(action, on: exchange.key, of: bucket, exchange)
    switch await decide(access, in: bucket, for: exchange.caller) {
    case .allow: return
    case .deny: throw .accessDenied()
    case .none: guard !isAskedFor || bucket.listPermitsWriting(exchange.caller) else { throw .accessDenied() }
    }
  }

  /// Whether the fields ask for a list that gives something to anybody but those who have everything anyway.
  private func givesToOthers(
    _ fields: HeaderFields, of owner: Owner, in bucketOwner: Owner
  ) throws(S3Error) -> Bool {
    guard let asked = try AccessControlFields(fields) else { return false }
    return asked.policy(owner: owner, bucketOwner: bucketOwner).grants.contains { grant in
      guard case .account(let id, _) = grant.grantee else { return true }
      return id != owner.id && id != bucketOwner.id
    }
  }
}

extension S3Exchange {
  /// Whether the fields give the object tags.
  fileprivate func bringsTags(_ operation: S3Operation) -> Bool {
    guard !(fields["x-amz-tagging"] ?? "").isEmpty else { return false }
    return operation != .copyObject || (try? CopyDirective.tagging(fields)) == .replace
  }
}
