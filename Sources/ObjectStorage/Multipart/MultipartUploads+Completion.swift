internal import EventLoop
internal import HTTPSemantics
internal import Posix
internal import S3Documents
internal import Storage

extension MultipartUploads {
  /// What became of a completion.
  private enum Completion {
    /// The object is there, with this metadata.
    case done(ObjectMetadata)
    /// The upload, or a part of it, is not there, or is not there any more: it may have been completed before.
    case gone(S3Error)
  }

  /// CompleteMultipartUpload. Made again after it was done, it answers the same.
  func complete(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    try UnsupportedFields.refuse(exchange.fields)
    let body = try await documents.body(of: exchange, hasOwnChecksum: false)
    let request = try await documents.parse { () throws(S3Error) in try CompleteMultipartUploadRequest(body) }
    switch try await complete(exchange, request.parts) {
    case .done(let metadata):
      events.recordPut(exchange, metadata.size)
      try await answer(exchange, metadata)
    case .gone(let error):
      guard let metadata = try await finished(exchange, request.parts) else { throw error }
      try await answer(exchange, metadata)
    }
  }

  private func complete(
    _ exchange: S3Exchange, _ listed: [CompleteMultipartUploadRequest.Part]
  ) async throws(S3Error) -> Completion {
    let (key, bucket, identifier) = (exchange.key, exchange.bucket, exchange.query.first("uploadId") ?? "")
    let condition = WriteCondition(exchange.fields)
    let said = RequestedChange(
      conditions: condition.fieldNames, uploadID: identifier,
      partTags: Dictionary(listed.map { ($0.number, $0.etag) }) { first, _ in first })
    func outcome(of error: StorageError) throws(S3Error) -> Completion {
      let answer = uploads.s3Error(error, said)
      switch error {
      case .noSuchUpload, .invalidPart: return .gone(answer)
      default: throw answer
      }
    }
    let upload: MultipartUpload
    let uploaded: [UploadedPart]
    do throws(StorageError) {
      upload = try await uploads.store.upload(identifier, of: key, in: bucket)
      uploaded = try await uploads.store.parts(of: upload, in: bucket)
    } catch {
      return try outcome(of: error)
    }
    let lacking = try await documents.parse { () throws(S3Error) in CompletionPlan.lacking(listed, in: uploaded) }
    if let lacking {
      return .gone(.invalidPart(uploadID: identifier, partNumber: lacking.number, etag: lacking.etag))
    }
    let plan = try await documents.parse { () throws(S3Error) in
      try CompletionPlan(upload: upload, uploaded: uploaded, listed: listed)
    }
    try plan.check(exchange.fields)
    var metadata = plan.metadata
    metadata.modified = Clock.now()
    do throws(StorageError) {
      try await uploads.store.complete(upload, plan.parts, in: bucket, metadata, if: condition.precondition)
      return .done(metadata)
    } catch {
      return try outcome(of: error)
    }
  }

  /// The object, if this upload has already become it, out of these parts.
  private func finished(
    _ exchange: S3Exchange, _ listed: [CompleteMultipartUploadRequest.Part]
  ) async throws(S3Error) -> ObjectMetadata? {
    guard let etag = CompletionPlan.entityTag(listed.map(\.etag)) else { return nil }
    let head = try? await objects.store.head(exchange.key, in: exchange.bucket, version: nil)
    guard let metadata = head?.metadata, metadata.etag == etag, metadata.uploadID == exchange.query.first("uploadId")
    else { return nil }
    return metadata
  }

  private func answer(_ exchange: S3Exchange, _ metadata: ObjectMetadata) async throws(S3Error) {
    let result = CompleteMultipartUploadResult(
      location: exchange.origin + String(decoding: exchange.target.rawPath, as: UTF8.self),
      bucket: try exchange.bucketName(), key: try exchange.objectKey(), etag: metadata.etag,
      checksum: metadata.checksum)
    await exchange.respond(xml: result.document)
  }
}
