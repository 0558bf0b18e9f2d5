internal import EventLoop
internal import FileStore
internal import HTTPSemantics
internal import Posix
internal import S3Authentication
internal import S3Documents

extension ObjectStorage {
  /// CompleteMultipartUpload. Made again after it was done, it answers the same.
  func completeUpload(_ exchange: S3Exchange, _ outcome: S3AuthenticationOutcome) async throws(S3Error) {
    let listed = try ListedPart.read(try await documentBody(exchange, outcome, hasOwnChecksum: false))
    do throws(S3Error) {
      try await complete(exchange, listed)
    } catch {
      guard error.code == "NoSuchUpload" || error.code == "InvalidPart",
        let facts = try await finished(exchange, listed)
      else { throw error }
      await answerCompletion(exchange, facts)
    }
  }

  private func complete(_ exchange: S3Exchange, _ listed: [ListedPart]) async throws(S3Error) {
    let upload = try await upload(exchange)
    let (bucket, key) = (exchange.bucket, exchange.key)
    let uploaded = try await onStore { (store) throws(BucketError) in
      try store.parts(of: upload.identifier, in: bucket)
    }
    let plan = try CompletionPlan(upload: upload, uploaded: uploaded, listed: listed)
    try plan.check(exchange.fields)
    var facts = plan.facts
    facts.modified = Clock.now()
    let condition = try writeCondition(exchange.fields)
    let final = facts
    try await onStore { (store) throws(BucketError) in
      try store.complete(upload.identifier, plan.parts, as: key, in: bucket, final, condition: condition)
    }
    recordPut(exchange, final.size)
    await answerCompletion(exchange, final)
  }

  /// The object, if these parts have already become it.
  private func finished(_ exchange: S3Exchange, _ listed: [ListedPart]) async throws(S3Error) -> ObjectFacts? {
    guard let etag = CompletionPlan.entityTag(listed.map(\.etag)) else { return nil }
    let (bucket, key) = (exchange.bucket, exchange.key)
    let facts = try await onStore { (store) throws(BucketError) in try? store.facts(of: key, in: bucket) }
    return facts?.etag == etag ? facts : nil
  }

  private func answerCompletion(_ exchange: S3Exchange, _ facts: ObjectFacts) async {
    let path = String(decoding: exchange.target.rawPath, as: UTF8.self)
    await exchange.respond(
      xml: XMLWriter.document("CompleteMultipartUploadResult") { xml in
        xml.element("Location", exchange.origin + path)
        xml.element("Bucket", exchange.bucket)
        xml.element("Key", String(decoding: exchange.key, as: UTF8.self))
        xml.element("ETag", "\"\(facts.etag)\"")
        for checksum in facts.checksums { xml.element("Checksum\(checksum.name)", checksum.text) }
        if !facts.checksums.isEmpty {
          xml.element("ChecksumType", facts.checksumsAreComposite ? "COMPOSITE" : "FULL_OBJECT")
        }
      })
  }
}
