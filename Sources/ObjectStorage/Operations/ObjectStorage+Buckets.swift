internal import Digests
internal import EventLoop
internal import FastCGI
internal import FileStore
internal import HTTPSemantics
internal import Journal
internal import Posix
internal import S3Authentication
internal import S3Documents

extension ObjectStorage {
  /// The most bytes of a document that comes as a body.
  static let documentLimit = 2 << 20

  /// ListBuckets: those of the account; all for the operator.
  func listBuckets(_ exchange: S3Exchange) async throws(S3Error) {
    guard let name = exchange.caller.name else { throw .accessDenied() }
    let isRoot = exchange.caller.isRoot
    let buckets = try await onStore { (store) throws(BucketError) in
      try store.names().compactMap { bucket -> (String, BucketConfiguration)? in
        guard let configuration = try? store.configuration(bucket) else { return nil }
        return isRoot || configuration.owner == name ? (bucket, configuration) : nil
      }
    }
    let request = try ListBucketsRequest(exchange.query)
    var collator = request.collator(of: (String, BucketConfiguration).self)
    for entry in buckets where collator.add(Array(entry.0.utf8), entry) == .done { break }
    let page = collator.page
    await exchange.respond(
      xml: XMLWriter.document("ListAllMyBucketsResult") { xml in
        xml.element("Owner") { write(account: name, &$0) }
        xml.element("Buckets") { xml in
          for (bucket, configuration) in page.entries {
            xml.element("Bucket") { xml in
              xml.element("Name", bucket)
              xml.element("CreationDate", S3Time.text(configuration.created))
            }
          }
        }
        if !request.prefix.isEmpty { xml.element("Prefix", request.prefix) }
        xml.element(optional: "ContinuationToken", page.nextMarker.map { Hexadecimal.encode($0.utf8) })
      })
  }

  /// CreateBucket.
  func createBucket(_ exchange: S3Exchange, _ outcome: S3AuthenticationOutcome) async throws(S3Error) {
    guard let owner = exchange.caller.name else { throw .accessDenied() }
    try authorizeCreation(exchange)
    let name = try BucketName(exchange.bucket).text
    let body = try await documentBody(exchange, outcome)
    if !body.isEmpty { try checkLocation(body) }
    if exchange.fields["x-amz-bucket-object-lock-enabled"]?.lowercased() == "true" { throw .notImplemented() }
    var configuration = BucketConfiguration(owner: owner, created: Clock.now())
    configuration.acl = try accessControl(exchange).text
    if let ownership = exchange.fields["x-amz-object-ownership"] {
      configuration.documents["ownershipControls"] = try Self.ownershipControls(ownership)
    }
    let final = configuration
    do throws(S3Error) {
      try await onStore { (store) throws(BucketError) in try store.create(name, final) }
      activity.record(.bucketCreated(name: name))
      log.info("bucket created", ["bucket": name, "account": owner, "request": exchange.requestID])
    } catch {
      guard error == .bucketAlreadyExists else { throw error }
      let existing = try await onStore { (store) throws(BucketError) in try store.configuration(name) }
      let isOther = exchange.fields.contains("x-amz-acl") && existing.acl != final.acl
      guard existing.owner == owner, !isOther else { throw .bucketAlreadyExists }
      // As us-east-1 has it: one's own bucket made again is no error. Clients make it before every upload.
    }
    await exchange.respond(.ok, HeaderFields([("Location", "/\(name)")]))
  }

  private static func ownershipControls(_ ownership: String) throws(S3Error) -> String {
    guard ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"].contains(ownership) else {
      throw .invalidArgument("Invalid x-amz-object-ownership header.", name: "x-amz-object-ownership", value: ownership)
    }
    let document = XMLWriter.document("OwnershipControls") { xml in
      xml.element("Rule") { $0.element("ObjectOwnership", ownership) }
    }
    return String(decoding: document, as: UTF8.self)
  }

  private func checkLocation(_ body: [UInt8]) throws(S3Error) {
    guard let root = try? XMLParser.parse(body), root.name == "CreateBucketConfiguration" else { throw .malformedXML }
  }

  /// DeleteBucket.
  func deleteBucket(_ exchange: S3Exchange) async throws(S3Error) {
    let bucket = exchange.bucket
    try await onStore { (store) throws(BucketError) in try store.delete(bucket) }
    activity.record(.bucketDeleted(name: bucket))
    log.info("bucket deleted", ["bucket": bucket, "request": exchange.requestID])
    await exchange.respond(.noContent)
  }

  /// GetBucketLocation: one machine, one place.
  func location(_ exchange: S3Exchange) async {
    await exchange.respond(xml: XMLWriter.document("LocationConstraint") { _ in })
  }

  /// GetBucketVersioning: never enabled.
  func versioning(_ exchange: S3Exchange) async {
    await exchange.respond(xml: XMLWriter.document("VersioningConfiguration") { _ in })
  }

  /// Reads a body that is a document, checked like any other payload.
  /// - Parameter hasOwnChecksum: false where the checksums of the header are those of something else.
  func documentBody(
    _ exchange: S3Exchange, _ outcome: S3AuthenticationOutcome, hasOwnChecksum: Bool = true
  ) async throws(S3Error) -> [UInt8] {
    do throws(S3AuthenticationError) {
      var decoder = try PayloadDecoder(outcome, fields: exchange.fields)
      var checksums = ObjectChecksums(Set(ChecksumAlgorithm.allCases))
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
      if hasOwnChecksum {
        try DeclaredChecksums(exchange.fields).verify(checksums.finalize(), trailers: trailers)
      }
      return document
    } catch {
      throw S3Error(error)
    }
  }

  private func nextBytes(_ exchange: S3Exchange) async throws(S3AuthenticationError) -> [UInt8]? {
    do { return try await exchange.body.next() } catch { throw S3AuthenticationError(.incompleteBody) }
  }
}
