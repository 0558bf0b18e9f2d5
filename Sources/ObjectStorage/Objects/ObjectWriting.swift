internal import EventLoop
internal import HTTPSemantics
internal import Posix
internal import S3Documents
internal import Storage

/// PutObject.
@EventLoopActor
struct ObjectWriting {
  let objects: S3Calls<any ObjectStore>
  let newObjects: NewObjects
  let receiver: BodyReceiver
  let events: ObjectEvents

  func put(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    try UnsupportedFields.refuse(exchange.fields)
    guard
      exchange.fields.contains("content-length") || exchange.fields.contains("x-amz-decoded-content-length")
        || exchange.fields.contains("transfer-encoding")
    else { throw .missingContentLength }
    let (key, name) = (exchange.key, exchange.bucket)
    let writer = try await objects { (store) throws(StorageError) in try await store.writer(of: key, in: name) }
    var metadata = try await newObjects.metadata(exchange, in: bucket)
    try metadata.adopt(exchange.fields)
    let incoming = try IncomingObject(
      exchange.authentication, fields: exchange.fields,
      limit: min(BodyReceiver.limit, writer.sizeLimit ?? .max), lanes: receiver.lanes,
      mayLeaveMD5: true)
    let rest = try await receiver.receiveBeginning(exchange, incoming, into: writer)
    let condition = WriteCondition(exchange.fields)
    let declared = metadata
    let final: ObjectMetadata
    do throws(CommitError<S3Error>) {
      final = try await writer.commit(
        if: condition.precondition, appending: incoming.contentLength(of: rest)
      ) { (staged) throws(S3Error) in
        var metadata = declared
        metadata.adopt(try incoming.finish(with: rest, staged))
        return metadata
      }
    } catch {
      switch error {
      case .step(let error): throw error
      case .storage(let error): throw objects.s3Error(error, RequestedChange(conditions: condition.fieldNames))
      }
    }
    events.recordPut(exchange, final.size)
    var fields = HeaderFields([("ETag", "\"\(final.etag)\"")])
    fields.set(final.checksum)
    await exchange.respond(.ok, fields)
  }
}

extension ObjectMetadata {
  /// Takes over what is known of content that came whole, now.
  mutating func adopt(_ content: IncomingObject.Content) {
    etag = content.md5
    size = content.size
    crc32 = content.crc32
    checksums = content.checksums
    modified = Clock.now()
  }
}

extension WriteCondition {
  /// The condition as the storage evaluates it.
  var precondition: Precondition {
    Precondition(matches: match.map { Precondition.Tags($0) }, differs: noneMatch.map { Precondition.Tags($0) })
  }
}

extension Precondition.Tags {
  /// The tags of a condition's field, without quotes.
  init(_ tags: [String]) {
    self = tags.contains("*") ? .any : .oneOf(tags)
  }
}
