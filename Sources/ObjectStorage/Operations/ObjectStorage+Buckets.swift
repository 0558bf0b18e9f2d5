internal import Digests
internal import EventLoop
internal import FastCGI
internal import HTTPSemantics
internal import Journal
internal import LocalStorage
internal import Posix
internal import S3Authentication
internal import S3Documents
internal import Storage

extension ObjectStorage {
  /// The most bytes of a document that comes as a body.
  static let documentLimit = 2 << 20

  /// ListBuckets: those of the account; all for the operator, none for nobody.
  func listBuckets(_ exchange: S3Exchange) async throws(S3Error) {
    try await authorizeOverview(exchange)
    let request = try ListBucketsRequest(exchange.query)
    let caller = exchange.caller
    let buckets = try await onStore { (store) throws(BucketError) in
      guard caller.name != nil else { return [] as [BucketSummary] }
      return try store.configurations { caller.isRoot || $0.owner == caller.name }
        .map { BucketSummary(name: $0.name, created: $0.configuration.created.seconds) }
    }
    var collator = request.collator(of: BucketSummary.self)
    for bucket in buckets where collator.add(Array(bucket.name.text.utf8), bucket) == .done { break }
    let result = ListAllMyBucketsResult(
      owner: caller.name.map { Owner(account: $0) } ?? .anonymous, region: Self.region, request: request,
      page: collator.page)
    await exchange.respond(xml: result.document)
  }

  /// The one region: that of a store on one machine.
  private static let region = LocationConstraint.unnamed

  /// CreateBucket.
  func createBucket(_ exchange: S3Exchange, _ outcome: S3AuthenticationOutcome) async throws(S3Error) {
    guard let owner = exchange.caller.name else { throw .accessDenied() }
    let name = try BucketName(exchange.bucket)
    try refuseBucketNamedAsHost(name, exchange)
    try await authorizeCreation(of: name, exchange)
    let body = try await documentBody(exchange, outcome)
    let request = try await onPool { () throws(S3Error) in try CreateBucketConfiguration(body) }
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
    let bucket = Bucket(name, configuration, documents: documents)
    if bucket.ownership != .bucketOwnerEnforced {
      configuration.acl = try await accessControl(exchange, of: bucket.owner, in: bucket).kept
    }
    configuration.location = request.location
    try await create(name, configuration, exchange)
    await exchange.respond(.ok, HeaderFields([("Location", "/\(name)")]))
  }

  private func create(
    _ name: BucketName, _ configuration: BucketConfiguration, _ exchange: S3Exchange
  ) async throws(S3Error) {
    do throws(S3Error) {
      try await onStore { (store) throws(BucketError) in try store.create(name.text, configuration) }
      activity.record(.bucketCreated(name: name.text))
      log.info(
        "bucket created", ["bucket": name.text, "account": configuration.owner, "request": exchange.requestID])
    } catch {
      guard error == .bucketAlreadyExists else { throw error }
      let existing = try await onStore { (store) throws(BucketError) in try store.configuration(name.text) }
      // As us-east-1 has it: one's own bucket made again is no error. Clients make it before every upload. But it is
      // not made anew with another list.
      guard existing.owner == configuration.owner, existing.acl == configuration.acl else {
        throw .bucketAlreadyExists
      }
      // Whoever names another region is told, as in every region of S3 but the first.
      guard (configuration.location ?? Self.region) == Self.region else { throw .bucketAlreadyOwnedByYou }
    }
  }

  /// DeleteBucket.
  func deleteBucket(_ exchange: S3Exchange) async throws(S3Error) {
    let bucket = exchange.bucket
    try await onStore { (store) throws(BucketError) in try store.delete(bucket) }
    activity.record(.bucketDeleted(name: bucket))
    log.info("bucket deleted", ["bucket": bucket, "request": exchange.requestID])
    await exchange.respond(.noContent)
  }

  /// GetBucketLocation: one machine, one place; but clients expect the name that they gave it.
  func location(_ exchange: S3Exchange, _ bucket: Bucket) async {
    await exchange.respond(xml: LocationConstraint.document(region: bucket.configuration.location ?? Self.region))
  }

  /// GetBucketVersioning: never enabled.
  func versioning(_ exchange: S3Exchange) async {
    await exchange.respond(xml: VersioningConfiguration.document(nil))
  }

  /// PutBucketVersioning: no bucket has versions, and none can get them.
  func setVersioning(_ exchange: S3Exchange, _ outcome: S3AuthenticationOutcome) async throws(S3Error) {
    let body = try await documentBody(exchange, outcome)
    let wanted = try await onPool { () throws(S3Error) in try VersioningConfiguration(document: body) }
    guard wanted == .suspended else { throw .notImplemented() }
    await exchange.respond(.ok)
  }

  /// Reads a body that is a document, checked like any other payload.
  /// - Parameter hasOwnChecksum: false where the checksums of the header are those of something else.
  func documentBody(
    _ exchange: S3Exchange, _ outcome: S3AuthenticationOutcome, hasOwnChecksum: Bool = true
  ) async throws(S3Error) -> [UInt8] {
    do throws(S3AuthenticationError) {
      var decoder = try PayloadDecoder(outcome, fields: exchange.fields)
      let declared = hasOwnChecksum ? try DeclaredChecksums(exchange.fields) : nil
      var checksums = ObjectChecksums(
        declared?.algorithm.map { [$0] } ?? [], md5: declared?.contentMD5 != nil)
      var document: [UInt8] = []
      while let bytes = try await nextBytes(exchange) {
        var pieces: [ArraySlice<UInt8>] = []
        try decoder.consume(bytes[...], into: &pieces)
        for piece in pieces {
          checksums.update(piece.span)
          document += piece
        }
        guard document.count <= Self.documentLimit else {
          throw S3AuthenticationError(.entityTooLarge)
        }
      }
      let trailers = try decoder.finish()
      try declared?.verify(checksums.finalize(), trailers: trailers)
      return document
    } catch {
      throw S3Error(error)
    }
  }

  private func nextBytes(_ exchange: S3Exchange) async throws(S3AuthenticationError) -> [UInt8]? {
    do { return try await exchange.body.next() } catch { throw S3AuthenticationError(.incompleteBody) }
  }
}

extension Owner {
  /// Nobody.
  fileprivate static let anonymous = Owner(id: "anonymous", displayName: "anonymous")
}
