internal import EventLoop
internal import HTTPSemantics
internal import Journal
internal import LocalStorage
internal import Posix
internal import S3Authentication
internal import S3Documents
internal import Storage

extension ObjectStorage {
  /// DeleteObject: 204 whether there was one or not.
  func deleteObject(_ exchange: S3Exchange) async throws(S3Error) {
    let wasThere = try await delete(
      DeleteRequest.Object(
        key: try ObjectKey(exchange.key), versionID: exchange.query.first("versionId"), headers: exchange.fields),
      exchange)
    if wasThere { tellDeletion(of: try exchange.objectKey(), exchange) }
    await exchange.respond(.noContent)
  }

  /// DeleteObjects: each key by itself, with an answer for each.
  func deleteObjects(
    _ exchange: S3Exchange, _ outcome: S3AuthenticationOutcome, _ bucket: Bucket
  ) async throws(S3Error) {
    let body = try await documentBody(exchange, outcome)
    let request = try await onPool { () throws(S3Error) in try DeleteRequest(body) }
    var result = DeleteResult()
    var lines = DeletionLines()
    // Once for all keys: the header may have very many fields.
    let context = exchange.policyContext()
    for object in request.objects {
      do throws(S3Error) {
        try await authorize(.deleteObject, on: object.key.bytes, of: bucket, exchange, context: context)
        if try await delete(object, exchange), lines.tellsDeletion(keyLength: object.key.bytes.count) {
          tellDeletion(of: object.key, exchange)
        }
        result.append(object, .deleted)
      } catch {
        if lines.tellsRefusal(keyLength: object.key.bytes.count) {
          activity.record(.objectRefused(bucket: bucket.name.text, key: object.key.text, code: error.code))
        }
        result.append(object, .failed(error))
      }
    }
    if lines.deleted > 0 || lines.refused > 0 {
      activity.record(.moreObjects(bucket: bucket.name.text, deleted: lines.deleted, refused: lines.refused))
      log.info(
        "further objects deleted",
        [
          "bucket": bucket.name.text, "deleted": lines.deleted, "refused": lines.refused,
          "account": exchange.caller.name ?? "-", "client": exchange.clientAddress, "request": exchange.requestID,
        ])
    }
    let answer = result
    await exchange.respond(xml: await pool.run { answer.document(isQuiet: request.isQuiet) })
  }

  /// - Returns: whether there was such an object.
  private func delete(_ object: DeleteRequest.Object, _ exchange: S3Exchange) async throws(S3Error) -> Bool {
    if let version = object.versionID, version != VersionID.null { throw .noSuchVersion(version) }
    let (bucket, key) = (exchange.bucket, object.key.bytes)
    return try await onStore { (store) throws(BucketError) in
      try store.remove(key, in: bucket, condition: object.condition)
    }
  }

  private func tellDeletion(of key: ObjectKey, _ exchange: S3Exchange) {
    let bucket = exchange.bucket
    activity.record(.objectDeleted(bucket: bucket, key: key.text))
    log.info(
      "object deleted",
      [
        "bucket": bucket, "key": key.text, "account": exchange.caller.name ?? "-",
        "client": exchange.clientAddress, "request": exchange.requestID,
      ])
  }
}

extension DeleteRequest.Object {
  /// What has to hold for the deletion to go on, as the store wants it. An object that is not there is deleted already.
  fileprivate var condition: BucketStore.Condition {
    { [self] (current) throws(BucketError) in
      guard let current else { return }
      let isMeant =
        (size ?? current.size) == current.size && (lastModified ?? current.modified.seconds) == current.modified.seconds
        && (etag.map { $0 == "*" || $0 == current.etag } ?? true)
      guard isMeant else { throw .preconditionFailed }
    }
  }
}
