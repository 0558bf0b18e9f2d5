internal import EventLoop
internal import FileStore
internal import HTTPSemantics
internal import S3Documents

extension ObjectStorage {
  /// Lets an operation on a bucket or an object through.
  /// - Returns: the bucket.
  func authorize(_ operation: S3Operation, _ exchange: S3Exchange) async throws(S3Error) -> Bucket {
    let bucket = try await bucket(exchange.bucketName())
    try checkOwner(of: bucket, exchange.fields)
    switch operation {
    // What the body says counts: DeleteObjects asks for each of its keys, PutObjectTagging with its tags.
    case .deleteObjects, .setObjectTags: break
    default: try await authorize(operation.action, on: exchange.address.key, of: bucket, exchange)
    }
    try await authorizeFields(operation, exchange, of: bucket)
    return bucket
  }

  /// Lets one action through, on a key of a bucket or on the bucket itself.
  /// - Parameter tags: those of the body, if it brings any.
  func authorize(
    _ action: S3Action, on key: [UInt8]?, of bucket: Bucket, _ exchange: S3Exchange, tags: TagSet? = nil
  ) async throws(S3Error) {
    let access = try await accessRequest(action, on: key, of: bucket, exchange, tags: tags)
    let decision = bucket.decide(access, for: exchange.caller)
    if decision == .allow { return }
    // What a policy denies, no list can give.
    if decision == .none, try await isDeletionOfOwnPicture(access, exchange.caller) { return }
    guard decision == .none, let key, action.isOwnersOfObject else { throw .accessDenied() }
    let name = bucket.name.text
    let facts: ObjectFacts
    do throws(S3Error) {
      facts = try await onStore { (store) throws(BucketError) in try store.facts(of: key, in: name) }
    } catch {
      // Whether it is there is not for everybody to know: only for those who may list.
      guard error == .noSuchKey, mayFind(key, in: bucket, exchange) else { throw .accessDenied() }
      throw error
    }
    guard bucket.allows(action, on: facts, to: exchange.caller) else { throw .accessDenied() }
  }

  /// The question whether an action may be done, with all that a policy may ask for.
  /// - Parameter tags: those of the body, if it brings any.
  func accessRequest(
    _ action: S3Action, on key: [UInt8]?, of bucket: Bucket, _ exchange: S3Exchange, tags: TagSet? = nil
  ) async throws(S3Error) -> AccessRequest {
    // Nothing but a policy asks for more than who, what and on what.
    let hasPolicy = bucket.policy != nil || exchange.caller.policy != nil
    var access = AccessRequest(
      action: action, resource: try Self.resource(bucket.name, key),
      context: hasPolicy ? exchange.policyContext(tags: tags) : PolicyContext())
    if let key, bucket.asksForExistingTags(exchange.caller) {
      let name = bucket.name.text
      // Tags that cannot be read are no lack of tags: a denial may go by them.
      let facts = try await onStore { (store) throws(BucketError) -> ObjectFacts? in
        do throws(BucketError) {
          return try store.facts(of: key, in: name)
        } catch .noSuchKey {
          return nil
        }
      }
      if let facts { access.context.setExistingTags(TagSet(kept: facts.tags)) }
    }
    return access
  }

  /// A bucket that is there, as it is set.
  func bucket(_ name: BucketName) async throws(S3Error) -> Bucket {
    let policies = self.policies
    return try await onStore { (store) throws(BucketError) in
      Bucket(name, try store.configuration(name.text), policies: policies)
    }
  }

  /// What a request is about.
  nonisolated static func resource(_ bucket: BucketName, _ key: [UInt8]?) throws(S3Error) -> PolicyResource {
    guard let key else { return .bucket(bucket) }
    return .object(bucket, try ObjectKey(key))
  }

  /// Whether whoever asks for an object could find it in a listing.
  private func mayFind(_ key: [UInt8], in bucket: Bucket, _ exchange: S3Exchange) -> Bool {
    var context = exchange.policyContext()
    context["s3:prefix"] = [String(decoding: key, as: UTF8.self)]
    let access = AccessRequest(action: .listBucket, resource: .bucket(bucket.name), context: context)
    return bucket.allows(access, to: exchange.caller)
  }

  /// Lets the making of a bucket through: any account without a policy of its own may.
  func authorizeCreation(of name: BucketName, _ exchange: S3Exchange) throws(S3Error) {
    guard case .account(_, let policy?) = exchange.caller else { return }
    let access = AccessRequest(action: .createBucket, resource: .bucket(name), context: exchange.policyContext())
    guard policy.decide(access, exchange.caller.principal) == .allow else { throw .accessDenied() }
    try authorizeFields(ofNew: name, exchange)
  }
}
