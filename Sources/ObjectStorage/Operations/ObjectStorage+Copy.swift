internal import EventLoop
internal import HTTPSemantics
internal import LocalStorage
internal import Posix
internal import S3Authentication
internal import S3Documents
internal import Storage

extension ObjectStorage {
  /// CopyObject: bytes are shared on the disk where the file system can.
  func copyObject(_ exchange: S3Exchange, _ destination: Bucket) async throws(S3Error) {
    try refuseUnsupported(exchange.fields)
    let source = try CopySource(exchange.fields["x-amz-copy-source"] ?? "")
    let metadata = try CopyDirective.metadata(exchange.fields)
    let changesClass = try StorageClass(exchange.fields) != nil
    guard metadata == .replace || changesClass || source.bucket != destination.name || source.key.bytes != exchange.key
    else {
      throw .invalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's "
          + "metadata, storage class, website redirect location or encryption attributes.")
    }
    let object = try await open(source, exchange)
    var facts = try await newFacts(exchange, in: destination)
    if metadata == .replace {
      try facts.adopt(exchange.fields)
    } else {
      facts.contentType = object.facts.contentType
      facts.headers = object.facts.headers
      facts.metadata = object.facts.metadata
    }
    if try CopyDirective.tagging(exchange.fields) == .replace {
      facts.tags = try TagSet(query: exchange.fields["x-amz-tagging"] ?? "", limit: TagSet.objectLimit).kept
    } else if !object.facts.tags.isEmpty {
      facts.tags = object.facts.tags
      try await authorizeTags(TagSet(kept: facts.tags), from: source, to: destination, exchange)
    }
    try await describe(&facts, contentOf: object, exchange.fields)
    let (bucket, key, final) = (exchange.bucket, exchange.key, facts)
    if let limit = store.objectLimit(in: bucket), final.size > limit {
      throw .entityTooLarge(proposedSize: final.size, maximum: limit)
    }
    let condition = WriteCondition(exchange.fields)
    try await onStore(condition) { (store) throws(BucketError) in
      var file = try store.stage(in: bucket)
      do throws(StoreError) { try file.append(object.file, 0..<final.size) } catch { throw .store(error) }
      try store.put(file, as: key, in: bucket, final, condition: condition.ofStore)
    }
    recordPut(exchange, final.size)
    let result = CopyResult(lastModified: final.modified.seconds, etag: final.etag, checksum: final.checksum)
    await exchange.respond(xml: result.objectDocument)
  }

  /// Size, entity tag and checksums of a copy. It is one piece, whatever its source was made of.
  private func describe(
    _ facts: inout ObjectMetadata, contentOf object: OpenObject, _ fields: HeaderFields
  ) async throws(S3Error) {
    facts.size = object.facts.size
    facts.crc32 = object.facts.crc32
    let named = try fields["x-amz-checksum-algorithm"].map { (name) throws(S3Error) in try Self.algorithm(name) }
    let algorithm = named ?? object.facts.checksum?.algorithm
    guard named != nil || object.facts.etag.contains("-") || object.facts.checksumsAreComposite else {
      facts.etag = object.facts.etag
      facts.checksums = object.facts.checksums
      return
    }
    let digests = try await digests(of: object, 0..<facts.size, algorithm.map { [$0] } ?? [])
    facts.etag = digests.md5
    facts.crc32 = digests.crc32
    facts.checksums = digests.checksums
  }

  /// UploadPartCopy.
  func uploadPartCopy(_ exchange: S3Exchange) async throws(S3Error) {
    try refuseUnsupported(exchange.fields)
    let number = try PartNumber.parse(exchange.query.first("partNumber") ?? "")
    let upload = try await upload(exchange)
    let object = try await open(try CopySource(exchange.fields["x-amz-copy-source"] ?? ""), exchange)
    let range =
      try exchange.fields["x-amz-copy-source-range"].map { (text) throws(S3Error) in
        try CopySourceRange(text).resolved(size: object.facts.size)
      } ?? 0..<object.facts.size
    let digests = try await digests(of: object, range, [upload.algorithm ?? .crc64nvme])
    let part = UploadedPart(
      number: number, size: digests.size, etag: digests.md5, modified: Clock.now(), checksums: digests.checksums,
      crc32: digests.crc32)
    let bucket = exchange.bucket
    try await onStore { (store) throws(BucketError) in
      var file = try store.stage(in: bucket)
      do throws(StoreError) { try file.append(object.file, range) } catch { throw .store(error) }
      try store.putPart(file, part, of: upload.identifier, in: bucket)
    }
    let result = CopyResult(
      lastModified: part.modified.seconds, etag: part.etag,
      checksum: upload.algorithm.flatMap { part.checksum($0) })
    await exchange.respond(xml: result.partDocument)
  }

  // MARK: The source

  /// Opens the source for whoever may read it, under the conditions that the request makes.
  private func open(_ source: CopySource, _ exchange: S3Exchange) async throws(S3Error) -> OpenObject {
    do throws(S3Error) { return try await openSource(source, exchange) } catch {
      throw error.about(bucket: source.bucket.text, key: source.key.text)
    }
  }

  private func openSource(_ source: CopySource, _ exchange: S3Exchange) async throws(S3Error) -> OpenObject {
    if let version = source.versionID, version != VersionID.null { throw .noSuchVersion(version) }
    let bucket = try await bucket(source.bucket)
    try checkOwner(of: bucket, exchange.fields, "x-amz-source-expected-bucket-owner")
    try await authorize(.getObject, on: source.key.bytes, of: bucket, exchange)
    let object = try await onStore { (store) throws(BucketError) in
      try store.open(source.key.bytes, in: source.bucket.text)
    }
    var conditions = HeaderFields()
    for (name, condition) in [
      ("x-amz-copy-source-if-match", "If-Match"), ("x-amz-copy-source-if-none-match", "If-None-Match"),
      ("x-amz-copy-source-if-modified-since", "If-Modified-Since"),
      ("x-amz-copy-source-if-unmodified-since", "If-Unmodified-Since"),
    ] {
      if let value = exchange.fields[name] { conditions.set(condition, value) }
    }
    let validators = Validators(etag: EntityTag(object.facts.etag), lastModified: object.facts.modified.seconds)
    guard Preconditions.evaluate(conditions, method: .get, current: validators) == .proceed else {
      throw .preconditionFailed(condition: "x-amz-copy-source-If-Match")
    }
    return object
  }

  /// Digests of some of an object's bytes.
  private func digests(
    of object: OpenObject, _ range: Range<UInt64>, _ algorithms: Set<ChecksumAlgorithm>
  ) async throws(S3Error) -> IncomingObject.Content {
    try await onStore { (_) throws(BucketError) in
      var checksums = ObjectChecksums(algorithms.union([.crc32]))
      var buffer = [UInt8](repeating: 0, count: 262_144)
      var offset = range.lowerBound
      while offset < range.upperBound {
        let count: Int
        do throws(Errno) { count = try object.file.descriptor.read(into: &buffer, at: offset) } catch {
          throw .store(.io(error, context: "reading an object"))
        }
        // It ends early: somebody changes it in place.
        guard count > 0 else { throw .conflict }
        let wanted = min(count, Int(clamping: range.upperBound - offset))
        checksums.update(buffer.span.extracting(0..<wanted))
        offset += UInt64(wanted)
      }
      return IncomingObject.Content(size: UInt64(range.count), checksums.finalize(), algorithms)
    }
  }
}
