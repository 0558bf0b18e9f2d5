internal import EventLoop
internal import HTTPSemantics
internal import Journal
internal import Posix
internal import S3Documents
internal import Storage

/// The operations on buckets themselves.
@EventLoopActor
struct BucketOperations {
  /// The one region: that of a store on one machine.
  private static let region = LocationConstraint.unnamed

  let catalog: S3Calls<any BucketCatalog>
  let authorizer: Authorizer
  let hosts: VirtualHosts
  let lists: AccessLists
  let documents: DocumentReader
  let parsed: ParsedDocuments
  let activity: ActivityLog
  let log: OperatorLog

  /// ListBuckets: those of the account; all for the operator, none for nobody.
  func list(_ exchange: S3Exchange) async throws(S3Error) {
    try await authorizer.authorizeOverview(exchange)
    let request = try ListBucketsRequest(exchange.query)
    var collator = request.collator(of: BucketSummary.self)
    if let account = exchange.caller.name {
      let buckets = try await catalog { (catalog) throws(StorageError) in try await catalog.configurations() }
      for (text, configuration) in buckets.sorted(by: { $0.key < $1.key }) {
        guard let name = try? BucketName(text), exchange.caller.isRoot || configuration.owner == account else {
          continue
        }
        let summary = BucketSummary(name: name, created: configuration.created.seconds)
        if collator.add(Array(text.utf8), summary) == .done { break }
      }
    }
    let result = ListAllMyBucketsResult(
      owner: exchange.caller.name.map { Owner(account: $0) } ?? .anonymous, region: Self.region, request: request,
      page: collator.page)
    await exchange.respond(xml: result.document)
  }

  /// CreateBucket.
  func create(_ exchange: S3Exchange) async throws(S3Error) {
    guard let owner = exchange.caller.name else { throw .accessDenied() }
    let name = try BucketName(exchange.bucket)
    try hosts.refuseBucketNamedAsHost(name, exchange)
    try await authorizer.authorizeCreation(of: name, exchange)
    let body = try await documents.body(of: exchange)
    let request = try await documents.parse { () throws(S3Error) in try CreateBucketConfiguration(body) }
    if exchange.fields["x-amz-bucket-object-lock-enabled"]?.lowercased() == "true" { throw .notImplemented() }
    var configuration = BucketConfiguration(owner: owner, created: Clock.now())
    configuration.documents[BucketDocument.tagging.rawValue] = request.tags.map {
      String(decoding: $0.document, as: UTF8.self)
    }
    if let text = exchange.fields["x-amz-object-ownership"] {
      let ownership = try ObjectOwnership(field: text)
      guard ownership != .bucketOwnerEnforced || exchange.fields["x-amz-acl"] ?? "private" == "private" else {
        throw .invalidBucketAclWithObjectOwnership
      }
      configuration.documents[BucketDocument.ownershipControls.rawValue] = String(
        decoding: ownership.document, as: UTF8.self)
    }
    let bucket = Bucket(name, configuration, documents: parsed)
    if bucket.ownership != .bucketOwnerEnforced {
      configuration.acl = try await lists.requested(exchange, of: bucket.owner, in: bucket).stored
    }
    configuration.location = request.location
    try await create(name, configuration, exchange)
    await exchange.respond(.ok, HeaderFields([("Location", "/\(name)")]))
  }

  private func create(
    _ name: BucketName, _ configuration: BucketConfiguration, _ exchange: S3Exchange
  ) async throws(S3Error) {
    do throws(StorageError) { try await catalog.store.createBucket(name.text, configuration) } catch {
      guard case .bucketExists = error else { throw catalog.s3Error(error) }
      return try await checkExisting(name, configuration)
    }
    activity.record(.bucketCreated(name: name.text))
    log.info("bucket created", ["bucket": name.text, "account": configuration.owner, "request": exchange.requestID])
  }

  /// As us-east-1 has it: one's own bucket made again is no error. Clients make it before every upload. But it is not made
  /// anew with another list.
  private func checkExisting(_ name: BucketName, _ configuration: BucketConfiguration) async throws(S3Error) {
    let existing = try await catalog { (catalog) throws(StorageError) in
      try await catalog.configuration(of: name.text)
    }
    guard existing.owner == configuration.owner, existing.acl == configuration.acl else { throw .bucketAlreadyExists }
    // Whoever names another region gets an error, as in every region of S3 but the first.
    guard (configuration.location ?? Self.region) == Self.region else { throw .bucketAlreadyOwnedByYou }
  }

  /// DeleteBucket.
  func delete(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    let name = bucket.name.text
    try await catalog { (catalog) throws(StorageError) in try await catalog.deleteBucket(name) }
    activity.record(.bucketDeleted(name: name))
    log.info("bucket deleted", ["bucket": name, "request": exchange.requestID])
    await exchange.respond(.noContent)
  }

  /// HeadBucket.
  func head(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    await exchange.respond(.ok)
  }

  /// GetBucketLocation: one machine, one place; but clients expect the name that they gave it.
  func location(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    await exchange.respond(xml: LocationConstraint.document(region: bucket.configuration.location ?? Self.region))
  }

  /// GetBucketVersioning: never enabled.
  func versioning(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    await exchange.respond(xml: VersioningConfiguration.document(nil))
  }

  /// PutBucketVersioning: no bucket has versions, and none can get them.
  func setVersioning(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    let body = try await documents.body(of: exchange)
    let wanted = try await documents.parse { () throws(S3Error) in try VersioningConfiguration(document: body) }
    guard wanted == .suspended else { throw .notImplemented() }
    await exchange.respond(.ok)
  }
}

extension Owner {
  /// Nobody.
  fileprivate static let anonymous = Owner(id: "anonymous", displayName: "anonymous")
}
