internal import EventLoop
internal import HTTPSemantics
internal import Journal
internal import LocalStorage
internal import S3Authentication
internal import S3Documents
internal import Storage

extension ObjectStorage {
  /// GetObjectTagging.
  func objectTags(_ exchange: S3Exchange) async throws(S3Error) {
    try refuseEncryption(exchange.fields)
    await exchange.respond(xml: TagSet(kept: try await facts(exchange).tags).document)
  }

  /// PutObjectTagging.
  func setObjectTags(
    _ exchange: S3Exchange, _ outcome: S3AuthenticationOutcome, _ bucket: Bucket
  ) async throws(S3Error) {
    try refuseEncryption(exchange.fields)
    let document = try await documentBody(exchange, outcome)
    let read = await pool.run {
      Result { () throws(S3Error) in try TagSet(document: document, limit: TagSet.objectLimit) }
    }
    // Whoever may not is told so, whatever is wrong with the document.
    try await authorize(.putObjectTagging, on: exchange.key, of: bucket, exchange, tags: try? read.get())
    let tags = try read.get()
    try await change(exchange) { $0.tags = tags.kept }
    recordTags(exchange)
    await exchange.respond(.ok)
  }

  /// DeleteObjectTagging.
  func deleteObjectTags(_ exchange: S3Exchange) async throws(S3Error) {
    try refuseEncryption(exchange.fields)
    try await change(exchange) { $0.tags = [] }
    recordTags(exchange)
    await exchange.respond(.noContent)
  }

  private func recordTags(_ exchange: S3Exchange) {
    activity.record(.objectTagsSet(bucket: exchange.bucket, key: String(decoding: exchange.key, as: UTF8.self)))
  }

  func facts(_ exchange: S3Exchange) async throws(S3Error) -> ObjectMetadata {
    let (bucket, key) = (exchange.bucket, exchange.key)
    return try await onStore { (store) throws(BucketError) in try store.facts(of: key, in: bucket) }
  }

  func change(_ exchange: S3Exchange, _ change: @escaping @Sendable (inout ObjectMetadata) -> Void)
    async throws(S3Error)
  {
    let (bucket, key) = (exchange.bucket, exchange.key)
    try await onStore { (store) throws(BucketError) in try store.change(key, in: bucket, change) }
  }
}

extension TagSet {
  /// Tags that were checked when they came.
  init(kept tags: [NamedText]) {
    self = (try? TagSet(tags.map { Tag(key: $0.name, value: $0.text) }, limit: tags.count)) ?? TagSet()
  }

  /// The tags as they are kept with an object.
  var kept: [NamedText] { tags.map { NamedText($0.key, $0.value) } }
}
