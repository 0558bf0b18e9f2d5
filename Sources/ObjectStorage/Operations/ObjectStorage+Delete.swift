internal import EventLoop
internal import FileStore
internal import HTTPSemantics
internal import Journal
internal import S3Documents

extension ObjectStorage {
  /// DeleteObject: 204 whether there was one or not.
  func deleteObject(_ exchange: S3Exchange) async throws(S3Error) {
    let (bucket, key) = (exchange.bucket, exchange.key)
    if let version = exchange.query.first("versionId"), version != "null" { throw .noSuchVersion(version) }
    let condition = try DeletionCondition(exchange.fields).condition
    let wasThere = try await onStore { (store) throws(BucketError) in
      try store.remove(key, in: bucket, condition: condition)
    }
    if wasThere { recordDelete(exchange, key) }
    await exchange.respond(.noContent)
  }

  func recordDelete(_ exchange: S3Exchange, _ key: [UInt8]) {
    let name = String(decoding: key, as: UTF8.self)
    activity.record(.objectDeleted(bucket: exchange.bucket, key: name))
    log.info(
      "object deleted",
      [
        "bucket": exchange.bucket, "key": name, "account": exchange.caller.name ?? "-",
        "client": exchange.clientAddress, "request": exchange.requestID,
      ])
  }
}
