internal import EventLoop
internal import FileStore
internal import HTTPSemantics
internal import S3Documents

/// Who may do what. The operator may do everything. Otherwise an explicit denial decides; then the bucket's owner may,
/// unless a policy of the account narrows it; then whoever a policy or an access control list names.
extension ObjectStorage {
  /// Lets an operation on a bucket or an object through.
  /// - Returns: what is set for the bucket.
  func authorize(_ operation: S3Operation, _ exchange: S3Exchange) async throws(S3Error) -> BucketConfiguration {
    let bucket = exchange.bucket
    let configuration = try await configuration(bucket, exchange)
    if let expected = exchange.fields["x-amz-expected-bucket-owner"],
      expected != Caller.canonicalID(configuration.owner), expected != configuration.owner
    {
      throw .accessDenied()
    }
    var access = AccessRequest(
      action: operation.action, bucket: bucket, key: exchange.address.key, context: context(exchange))
    if let key = access.key, configuration.documents["policy"]?.contains("ExistingObjectTag") ?? false {
      let facts = try await onStore { (store) throws(BucketError) in try? store.facts(of: key, in: bucket) }
      for tag in facts?.tags ?? [] { access.context["s3:existingobjecttag/\(tag.name.lowercased())"] = tag.text }
    }
    // DeleteObjects asks for each key by itself.
    if case .deleteObjects = operation { return configuration }
    if mayAccess(access, exchange.caller, configuration) { return configuration }
    if try await isGrantedByObject(operation, exchange, configuration) { return configuration }
    if try await isDeletionOfOwnPicture(access, exchange.caller) { return configuration }
    throw .accessDenied()
  }

  /// What is set for a bucket; a bucket that is not there is told only to those who may know.
  private func configuration(_ bucket: String, _ exchange: S3Exchange) async throws(S3Error) -> BucketConfiguration {
    try await onStore { (store) throws(BucketError) in try store.configuration(bucket) }
  }

  /// What may be decided without a look at the object.
  nonisolated func mayAccess(_ access: AccessRequest, _ caller: Caller, _ configuration: BucketConfiguration) -> Bool {
    if caller.isRoot { return true }
    let bucketPolicy = access.decide(configuration.documents["policy"], caller: caller, isBucketPolicy: true)
    if bucketPolicy == .deny {
      // An owner who locked himself out may still mend the policy.
      return caller.name == configuration.owner && access.isAboutPolicy
    }
    if case .account(let name, let policy) = caller {
      let own = policy.map { access.decide($0, caller: caller, isBucketPolicy: false) }
      if own == .deny { return false }
      if own == .allow { return true }
      if own == nil, name == configuration.owner { return true }
    }
    if bucketPolicy == .allow { return true }
    return AccessControlList(text: configuration.acl).allows(
      access.action, on: .bucket, to: caller, owner: configuration.owner, bucketOwner: configuration.owner)
  }

  /// What an object's own access control list, or its owner, adds.
  private func isGrantedByObject(
    _ operation: S3Operation, _ exchange: S3Exchange, _ configuration: BucketConfiguration
  ) async throws(S3Error) -> Bool {
    guard case .object(let bucket, let key) = exchange.address,
      operation.action.hasPrefix("s3:GetObject")
        || operation.action.hasSuffix("ObjectAcl")
    else { return false }
    let facts: ObjectFacts
    do throws(S3Error) {
      facts = try await onStore { (store) throws(BucketError) in try store.facts(of: key, in: bucket) }
    } catch {
      // Whether it is there is not for everybody to know: only for those who may list.
      guard error == .noSuchKey, mayList(exchange, configuration) else { throw .accessDenied() }
      throw error
    }
    return grants(facts, operation.action, exchange.caller, configuration)
  }

  private func grants(
    _ facts: ObjectFacts, _ action: String, _ caller: Caller, _ configuration: BucketConfiguration
  ) -> Bool {
    if let name = caller.name, name == facts.owner {
      if case .account(_, nil) = caller { return true }
    }
    return AccessControlList(text: facts.acl).allows(
      action, on: .object, to: caller, owner: facts.owner, bucketOwner: configuration.owner)
  }

  /// Whether whoever asks for an object could find it in a listing.
  func mayList(_ exchange: S3Exchange, _ configuration: BucketConfiguration) -> Bool {
    var context = context(exchange)
    context["s3:prefix"] = String(decoding: exchange.key, as: UTF8.self)
    return mayAccess(
      AccessRequest(action: "s3:ListBucket", bucket: exchange.bucket, key: nil, context: context),
      exchange.caller, configuration)
  }

  /// Lets a read of another object through: the source of a copy.
  func authorizeRead(of key: [UInt8], in bucket: String, _ exchange: S3Exchange) async throws(S3Error) {
    let configuration = try await configuration(bucket, exchange)
    let access = AccessRequest(action: "s3:GetObject", bucket: bucket, key: key, context: context(exchange))
    if mayAccess(access, exchange.caller, configuration) { return }
    let facts = try await onStore { (store) throws(BucketError) in try store.facts(of: key, in: bucket) }
    guard grants(facts, "s3:GetObject", exchange.caller, configuration) else { throw .accessDenied() }
  }

  /// Lets the making of a bucket through: any account without a policy of its own may.
  func authorizeCreation(_ exchange: S3Exchange) throws(S3Error) {
    guard case .account(_, let policy?) = exchange.caller else { return }
    let access = AccessRequest(
      action: "s3:CreateBucket", bucket: exchange.bucket, key: nil, context: context(exchange))
    guard access.decide(policy, caller: exchange.caller, isBucketPolicy: false) == .allow else { throw .accessDenied() }
  }

  func context(_ exchange: S3Exchange) -> [String: String] {
    var context = ["aws:sourceip": exchange.clientAddress]
    context["s3:prefix"] = exchange.query.first("prefix")
    context["s3:delimiter"] = exchange.query.first("delimiter")
    context["s3:max-keys"] = exchange.query.first("max-keys")
    context["aws:referer"] = exchange.fields["referer"]
    context["aws:useragent"] = exchange.fields["user-agent"]
    context["s3:x-amz-acl"] = exchange.fields["x-amz-acl"]
    context["s3:x-amz-copy-source"] = exchange.fields["x-amz-copy-source"]
    context["s3:x-amz-metadata-directive"] = exchange.fields["x-amz-metadata-directive"]
    for field in exchange.fields.fields where field.name.lowercased().hasPrefix("x-amz-grant-") {
      context["s3:\(field.name.lowercased())"] = field.value
    }
    for tag in exchange.fields["x-amz-tagging"].flatMap({ try? ObjectFields.tags($0) }) ?? [] {
      context["s3:requestobjecttag/\(tag.name.lowercased())"] = tag.text
    }
    context["aws:securetransport"] = exchange.origin.hasPrefix("https:") ? "true" : "false"
    return context
  }
}
