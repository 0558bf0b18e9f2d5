internal import EventLoop
internal import HTTPSemantics
internal import S3Documents
internal import Storage

/// The operations on the tags of objects.
@EventLoopActor
struct ObjectTagging {
  let objects: S3Calls<any ObjectStore>
  let authorizer: Authorizer
  let documents: DocumentReader
  let events: ObjectEvents

  /// GetObjectTagging.
  func get(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    try UnsupportedFields.refuseEncryption(exchange.fields)
    await exchange.respond(xml: TagSet(stored: try await objects.metadata(exchange).tags).document)
  }

  /// PutObjectTagging.
  func put(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    try UnsupportedFields.refuseEncryption(exchange.fields)
    let document = try await documents.body(of: exchange)
    let read = try await documents.parse { () throws(S3Error) in
      Result { () throws(S3Error) in try TagSet(document: document, limit: TagSet.objectLimit) }
    }
    // Whoever may not gets that answer, whatever is wrong with the document.
    try await authorizer.authorize(.putObjectTagging, on: exchange.key, of: bucket, exchange, tags: try? read.get())
    try await objects.change(exchange, .tags(try read.get().stored))
    events.recordTags(exchange)
    await exchange.respond(.ok)
  }

  /// DeleteObjectTagging.
  func delete(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    try UnsupportedFields.refuseEncryption(exchange.fields)
    try await objects.change(exchange, .tags([]))
    events.recordTags(exchange)
    await exchange.respond(.noContent)
  }
}

extension TagSet {
  /// Tags that were checked when they came.
  init(stored tags: [NameValuePair]) {
    self = (try? TagSet(tags.map { Tag(key: $0.name, value: $0.value) }, limit: tags.count)) ?? TagSet()
  }

  /// The tags as they are stored with an object.
  var stored: [NameValuePair] { tags.map { NameValuePair($0.key, $0.value) } }
}
