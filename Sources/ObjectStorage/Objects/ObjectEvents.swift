internal import EventLoop
internal import Journal
internal import S3Documents

/// What the logs tell of changes of objects and buckets.
@EventLoopActor
struct ObjectEvents {
  let activity: ActivityLog
  let log: OperatorLog

  func recordPut(_ exchange: S3Exchange, _ size: UInt64) {
    let key = String(decoding: exchange.key, as: UTF8.self)
    activity.record(.objectPut(bucket: exchange.bucket, key: key))
    log.info(
      "object put",
      [
        "bucket": exchange.bucket, "key": key, "bytes": size, "account": exchange.caller.name ?? "-",
        "client": exchange.clientAddress, "request": exchange.requestID,
      ])
  }

  func recordDeletion(of key: ObjectKey, _ exchange: S3Exchange) {
    activity.record(.objectDeleted(bucket: exchange.bucket, key: key.text))
    log.info(
      "object deleted",
      [
        "bucket": exchange.bucket, "key": key.text, "account": exchange.caller.name ?? "-",
        "client": exchange.clientAddress, "request": exchange.requestID,
      ])
  }

  /// What was not logged one by one.
  func recordMore(_ lines: DeletionLines, _ exchange: S3Exchange) {
    guard lines.deleted > 0 || lines.refused > 0 else { return }
    activity.record(.moreObjects(bucket: exchange.bucket, deleted: lines.deleted, refused: lines.refused))
    log.info(
      "further objects deleted",
      [
        "bucket": exchange.bucket, "deleted": lines.deleted, "refused": lines.refused,
        "account": exchange.caller.name ?? "-", "client": exchange.clientAddress, "request": exchange.requestID,
      ])
  }

  func recordRefusal(of key: ObjectKey, _ error: S3Error, _ exchange: S3Exchange) {
    activity.record(.objectRefused(bucket: exchange.bucket, key: key.text, code: error.code))
  }

  func recordTags(_ exchange: S3Exchange) {
    activity.record(.objectTagsSet(bucket: exchange.bucket, key: String(decoding: exchange.key, as: UTF8.self)))
  }
}
