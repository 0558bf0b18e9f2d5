internal import EventLoop
internal import HTTPSemantics
internal import Posix
internal import S3Documents
internal import Storage

/// CopyObject.
@EventLoopActor
struct ObjectCopying {
  let objects: S3Calls<any ObjectStore>
  let sources: CopySources
  let newObjects: NewObjects
  let authorizer: Authorizer
  let events: ObjectEvents

  func copy(_ exchange: S3Exchange, _ destination: Bucket) async throws(S3Error) {
    try UnsupportedFields.refuse(exchange.fields)
    let source = try CopySource(exchange.fields["x-amz-copy-source"] ?? "")
    let directive = try CopyDirective.metadata(exchange.fields)
    let changesClass = try StorageClass(exchange.fields) != nil
    guard directive == .replace || changesClass || source.bucket != destination.name || source.key.bytes != exchange.key
    else {
      throw .invalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's "
          + "metadata, storage class, website redirect location or encryption attributes.")
    }
    let object = try await sources.open(source, exchange)
    let original = object.head.metadata
    let (key, name) = (exchange.key, exchange.bucket)
    let writer = try await objects { (store) throws(StorageError) in try await store.writer(of: key, in: name) }
    var metadata = try await newObjects.metadata(exchange, in: destination)
    if directive == .replace {
      try metadata.adopt(exchange.fields)
    } else {
      metadata.contentType = original.contentType
      metadata.headers = original.headers
      metadata.userMetadata = original.userMetadata
    }
    if try CopyDirective.tagging(exchange.fields) == .replace {
      metadata.tags = try TagSet(query: exchange.fields["x-amz-tagging"] ?? "", limit: TagSet.objectLimit).stored
    } else if !original.tags.isEmpty {
      metadata.tags = original.tags
      try await authorizer.authorizeTags(TagSet(stored: metadata.tags), from: source, to: destination, exchange)
    }
    if let limit = writer.sizeLimit, original.size > limit {
      throw .entityTooLarge(proposedSize: original.size, maximum: limit)
    }
    try await sources.copy(object, 0..<original.size, to: writer)
    try await describe(&metadata, original, writer, exchange.fields)
    let final = metadata
    let condition = WriteCondition(exchange.fields)
    _ = try await objects(RequestedChange(conditions: condition.fieldNames)) { (_) throws(StorageError) in
      try await writer.commit(final, if: condition.precondition)
    }
    events.recordPut(exchange, final.size)
    let result = CopyResult(lastModified: final.modified.seconds, etag: final.etag, checksum: final.checksum)
    await exchange.respond(xml: result.objectDocument)
  }

  /// Size, entity tag and checksums of a copy. It is one piece, whatever its source was made of.
  private func describe(
    _ metadata: inout ObjectMetadata, _ original: ObjectMetadata, _ writer: any ContentWriter, _ fields: HeaderFields
  ) async throws(S3Error) {
    metadata.size = original.size
    metadata.crc32 = original.crc32
    let named = try fields["x-amz-checksum-algorithm"].map { (name) throws(S3Error) in
      try ChecksumAlgorithm(named: name)
    }
    let algorithm = named ?? original.checksum?.algorithm
    guard named != nil || original.etag.contains("-") || original.checksumsAreComposite else {
      metadata.etag = original.etag
      metadata.checksums = original.checksums
      return
    }
    let digests = try await sources.digests(of: writer, algorithm.map { [$0] } ?? [])
    metadata.etag = digests.md5
    metadata.crc32 = digests.crc32
    metadata.checksums = digests.checksums
  }
}

extension ChecksumAlgorithm {
  /// An algorithm that a client names.
  init(named name: String) throws(S3Error) {
    guard let algorithm = ChecksumAlgorithm(name: name) else {
      throw .invalidRequest("Checksum algorithm provided is unsupported. Please try again with any of the valid types")
    }
    self = algorithm
  }
}
