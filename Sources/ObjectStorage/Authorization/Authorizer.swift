internal import EventLoop
internal import HTTPSemantics
internal import Journal
internal import S3Documents
internal import Storage

/// Decides who may do what: buckets are looked up with what their owners set, and policies and access control lists asked.
@EventLoopActor
struct Authorizer {
  let objects: S3Calls<any ObjectStore>
  let catalog: S3Calls<any BucketCatalog>
  let documents: ParsedDocuments
  /// Threads for decisions that take their time.
  let pool: BlockingPool
  let log: OperatorLog

  /// Lets an operation on a bucket or an object through.
  /// - Returns: the bucket.
  func authorize(_ operation: S3Operation, _ exchange: S3Exchange) async throws(S3Error) -> Bucket {
    let bucket = try await bucket(exchange.bucketName())
    try checkOwner(of: bucket, exchange.fields)
    switch operation {
    // What the body says counts: DeleteObjects asks for each of its keys, PutObjectTagging with its tags.
    case .deleteObjects, .setObjectTags: break
    default:
      guard let action = operation.action else { throw .notImplemented() }
      try await authorize(action, on: exchange.address.key, of: bucket, exchange)
    }
    try await authorizeFields(operation, exchange, of: bucket)
    return bucket
  }

  /// Lets one action through, on a key of a bucket or on the bucket itself.
  /// - Parameters:
  ///   - tags: those of the body, if it brings any.
  ///   - context: what policies can ask of the request, where it was made out before.
  func authorize(
    _ action: S3Action, on key: [UInt8]?, of bucket: Bucket, _ exchange: S3Exchange, tags: TagSet? = nil,
    context: PolicyContext? = nil
  ) async throws(S3Error) {
    let access = try await accessRequest(action, on: key, of: bucket, exchange, tags: tags, context: context)
    let decision = await decide(access, in: bucket, for: exchange.caller)
    if decision == .allow { return }
    // What a policy denies, no list can give.
    if decision == .none, try await isDeletionOfOwnPicture(access, exchange.caller) { return }
    guard decision == .none, let key, action.isOwnersOfObject else { throw .accessDenied() }
    let name = bucket.name.text
    let metadata: ObjectMetadata
    do throws(StorageError) { metadata = try await objects.store.head(key, in: name, version: nil).metadata } catch {
      let answer = objects.s3Error(error)
      // Whether it is there is not for everybody to know: only for those who may list.
      guard error == .noSuchKey, await mayFind(key, in: bucket, exchange) else { throw .accessDenied() }
      throw answer
    }
    guard bucket.allows(action, on: metadata, to: exchange.caller) else { throw .accessDenied() }
  }

  /// The question whether an action may be done, with all that a policy may ask for.
  /// - Parameters:
  ///   - tags: those of the body, if it brings any.
  ///   - context: what policies can ask of the request, where it was made out before.
  func accessRequest(
    _ action: S3Action, on key: [UInt8]?, of bucket: Bucket, _ exchange: S3Exchange, tags: TagSet? = nil,
    context: PolicyContext? = nil
  ) async throws(S3Error) -> AccessRequest {
    // Nothing but a policy asks for more than who, what and on what.
    let hasPolicy = bucket.policy != nil || exchange.caller.policy != nil
    var access = AccessRequest(
      action: action, resource: try Self.resource(bucket.name, key),
      context: hasPolicy ? context ?? exchange.policyContext(tags: tags) : PolicyContext())
    if let key, bucket.asksForExistingTags(exchange.caller) {
      // Tags that cannot be read are no lack of tags: a denial may go by them.
      if let metadata = try await objects.metadata(ifAny: key, in: bucket.name.text) {
        access.context.setExistingTags(TagSet(stored: metadata.tags))
      }
    }
    return access
  }

  /// A bucket that is there, as it is set.
  func bucket(_ name: BucketName) async throws(S3Error) -> Bucket {
    let configuration = try await catalog { (catalog) throws(StorageError) in
      try await catalog.configuration(of: name.text)
    }
    return Bucket(name, configuration, documents: documents)
  }

  /// Refuses a request whose sender takes the bucket for somebody else's: names are handed on from one owner to the next.
  /// - Parameter field: where the account stands, by its canonical id or its name.
  func checkOwner(
    of bucket: Bucket, _ fields: HeaderFields, _ field: String = "x-amz-expected-bucket-owner"
  ) throws(S3Error) {
    guard let expected = fields[field] else { return }
    guard expected == bucket.owner.id || expected == bucket.owner.displayName else { throw .accessDenied() }
  }

  /// Whether a request is to delete a picture that the caller's own key put: that takes no policy, as an uploader needs
  /// none at the image host. A policy that forbids it was asked before.
  private func isDeletionOfOwnPicture(_ access: AccessRequest, _ caller: Caller) async throws(S3Error) -> Bool {
    guard access.action == .deleteObject, case .object(let bucket, let key) = access.resource,
      bucket.text == BuiltInBucket.picturesName, case .account(let name, _) = caller
    else { return false }
    let head = try? await objects.store.head(key.bytes, in: bucket.text, version: nil)
    return head?.metadata.owner == name
  }

  /// What a request is about.
  nonisolated static func resource(_ bucket: BucketName, _ key: [UInt8]?) throws(S3Error) -> PolicyResource {
    guard let key else { return .bucket(bucket) }
    return .object(bucket, try ObjectKey(key))
  }

  /// Whether whoever asks for an object could find it in a listing.
  private func mayFind(_ key: [UInt8], in bucket: Bucket, _ exchange: S3Exchange) async -> Bool {
    var context = exchange.policyContext()
    context["s3:prefix"] = [String(decoding: key, as: UTF8.self)]
    let access = AccessRequest(action: .listBucket, resource: .bucket(bucket.name), context: context)
    return await decide(access, in: bucket, for: exchange.caller) == .allow
  }

  /// The steps that a request's decisions may take on the loop, all together; others are made on a thread of the pool.
  private static let stepsOnLoop = 200_000

  /// What may be decided without a look at the object; where that takes long, nobody else waits for it.
  func decide(_ access: AccessRequest, in bucket: Bucket, for caller: Caller) async -> PolicyDecision {
    let work = access.context.work
    let wasExhausted = work.isExhausted
    let decision: PolicyDecision
    if work.steps + bucket.mostSteps(access, for: caller) <= Self.stepsOnLoop {
      decision = bucket.decide(access, for: caller)
    } else {
      decision = await pool.run { bucket.decide(access, for: caller) }
    }
    // Once a request: a deletion asks for each of its thousand keys.
    if work.isExhausted, !wasExhausted {
      log.warning("a policy costs more to judge than it may", ["bucket": bucket.name.text])
    }
    return decision
  }

  /// The same by the policy of an account, about what has none of its own yet.
  func decide(_ access: AccessRequest, by policy: StoredPolicy, for caller: Caller) async -> PolicyDecision {
    await pool.run { policy.decide(access, caller.principal) }
  }

  /// Lets the list of an account's own buckets through, unless its policy denies that or cannot be read. It needs no
  /// permission: the list names no bucket that is not the account's.
  func authorizeOverview(_ exchange: S3Exchange) async throws(S3Error) {
    guard case .account(_, let policy?) = exchange.caller else { return }
    let access = AccessRequest(action: .listAllMyBuckets, resource: .service, context: exchange.policyContext())
    guard await decide(access, by: policy, for: exchange.caller) != .deny else { throw .accessDenied() }
  }

  /// Lets the making of a bucket through: any account without a policy of its own may.
  func authorizeCreation(of name: BucketName, _ exchange: S3Exchange) async throws(S3Error) {
    guard case .account(_, let policy?) = exchange.caller else { return }
    let access = AccessRequest(action: .createBucket, resource: .bucket(name), context: exchange.policyContext())
    guard await decide(access, by: policy, for: exchange.caller) == .allow else { throw .accessDenied() }
    try await authorizeFields(ofNew: name, exchange)
  }
}
