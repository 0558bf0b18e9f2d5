internal import EventLoop
internal import HTTPSemantics
internal import LocalStorage
internal import Posix
internal import S3Authentication
internal import S3Documents
internal import Storage

extension ObjectStorage {
  /// CompleteMultipartUpload. Made again after it was done, it answers the same.
  func completeUpload(_ exchange: S3Exchange, _ outcome: S3AuthenticationOutcome) async throws(S3Error) {
    try refuseUnsupported(exchange.fields)
    let body = try await documentBody(exchange, outcome, hasOwnChecksum: false)
    let request = try await onPool { () throws(S3Error) in try CompleteMultipartUploadRequest(body) }
    do throws(S3Error) {
      try await complete(exchange, request.parts)
    } catch {
      guard error.code == "NoSuchUpload" || error.code == "InvalidPart",
        let facts = try await finished(exchange, request.parts)
      else { throw error }
      try await answerCompletion(exchange, facts)
    }
  }

  private func complete(
    _ exchange: S3Exchange, _ listed: [CompleteMultipartUploadRequest.Part]
  ) async throws(S3Error) {
    let upload = try await upload(exchange)
    let (bucket, key) = (exchange.bucket, exchange.key)
    let uploaded = try await onStore { (store) throws(BucketError) in
      try store.parts(of: upload.identifier, in: bucket)
    }
    let plan = try await onPool { () throws(S3Error) in
      try CompletionPlan(upload: upload, uploaded: uploaded, listed: listed)
    }
    try plan.check(exchange.fields)
    var facts = plan.facts
    facts.modified = Clock.now()
    let final = facts
    let condition = WriteCondition(exchange.fields)
    try await onStore(condition) { (store) throws(BucketError) in
      try store.complete(
        upload.identifier, plan.parts, as: key, in: bucket, final, condition: condition.ofStore)
    }
    recordPut(exchange, final.size)
    try await answerCompletion(exchange, final)
  }

  /// The object, if this upload has already become it, out of these parts.
  private func finished(
    _ exchange: S3Exchange, _ listed: [CompleteMultipartUploadRequest.Part]
  ) async throws(S3Error) -> ObjectMetadata? {
    guard let etag = CompletionPlan.entityTag(listed.map(\.etag)) else { return nil }
    let (bucket, key) = (exchange.bucket, exchange.key)
    let facts = try await onStore { (store) throws(BucketError) in try? store.facts(of: key, in: bucket) }
    guard let facts, facts.etag == etag, facts.uploadID == exchange.query.first("uploadId") else { return nil }
    return facts
  }

  private func answerCompletion(_ exchange: S3Exchange, _ facts: ObjectMetadata) async throws(S3Error) {
    let result = CompleteMultipartUploadResult(
      location: exchange.origin + String(decoding: exchange.target.rawPath, as: UTF8.self),
      bucket: try exchange.bucketName(), key: try exchange.objectKey(), etag: facts.etag, checksum: facts.checksum)
    await exchange.respond(xml: result.document)
  }
}
