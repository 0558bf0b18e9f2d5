internal import EventLoop
internal import FastCGI
internal import HTTPSemantics
internal import Journal
internal import Posix
internal import S3Documents
internal import Storage
internal import WebService

/// The operations that read objects.
@EventLoopActor
struct ObjectReading {
  let objects: S3Calls<any ObjectStore>
  let log: OperatorLog

  /// GetObject and HeadObject: conditions, a range or a part, and the fields that the query overrides.
  func get(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    try UnsupportedFields.refuseEncryption(exchange.fields)
    let (key, name, version) = (exchange.key, exchange.bucket, try exchange.version())
    let object = try await objects { (store) throws(StorageError) in
      try await store.open(key, in: name, version: version)
    }
    let metadata = object.head.metadata
    let overrides = ResponseOverrides(exchange.query)
    guard overrides.isEmpty || exchange.caller != .anonymous else {
      throw .invalidRequest("Request specific response headers cannot be used for anonymous GET requests.")
    }
    var fields = metadata.fields(overrides)
    let validators = Validators(etag: EntityTag(metadata.etag), lastModified: metadata.modified.seconds)
    // S3 answers a range on HEAD, too.
    var selection = RangeSelection.select(exchange.fields, method: .get, length: metadata.size, current: validators)
    var checksum = metadata.checksum
    if selection == .notModified || selection == .preconditionFailed {
      checksum = nil
    } else if let text = exchange.query.first("partNumber") {
      let number = try PartNumber.parse(text)
      selection = try part(number, of: metadata, &fields)
      if !metadata.partSizes.isEmpty { checksum = metadata.checksum(ofPart: number - 1, type: checksum?.type) }
    } else if selection != .whole {
      // It is of the whole: a client would check a range against it.
      checksum = nil
    }
    if exchange.fields["x-amz-checksum-mode"]?.uppercased() == "ENABLED" { fields.set(checksum) }
    switch selection {
    case .notModified: await exchange.respond(.notModified, fields)
    case .preconditionFailed: throw .preconditionFailed(condition: failedCondition(exchange.fields))
    case .unsatisfiable:
      exchange.commonFields.set("Content-Range", ContentRange.unsatisfied(length: metadata.size))
      throw .invalidRange(requested: exchange.fields["range"] ?? "", size: metadata.size)
    case .whole: try await send(object, 0..<metadata.size, .ok, fields, exchange)
    case .partial(let range):
      // The last part of an upload may be empty: no byte positions say where that is.
      if !range.isEmpty { fields.set("Content-Range", ContentRange.partial(range, length: metadata.size)) }
      try await send(object, range, .partialContent, fields, exchange)
    }
  }

  private func failedCondition(_ fields: HeaderFields) -> String {
    fields.contains("if-match") ? "If-Match" : "If-Unmodified-Since"
  }

  /// The bytes of one part of an object that was put in parts.
  private func part(
    _ number: Int, of metadata: ObjectMetadata, _ fields: inout HeaderFields
  ) throws(S3Error) -> RangeSelection {
    let sizes = metadata.partSizes.isEmpty ? [metadata.size] : metadata.partSizes
    guard number <= sizes.count else { throw .invalidPart(uploadID: "", partNumber: number, etag: "") }
    if !metadata.partSizes.isEmpty { fields.set("x-amz-mp-parts-count", String(sizes.count)) }
    let start = sizes[..<(number - 1)].reduce(0, +)
    let range = start..<start + sizes[number - 1]
    return metadata.size == 0 || range == 0..<metadata.size ? .whole : .partial(range)
  }

  private func send(
    _ object: any OpenedObject, _ range: Range<UInt64>, _ status: HTTPStatus, _ fields: HeaderFields,
    _ exchange: S3Exchange
  ) async throws(S3Error) {
    let length = UInt64(range.count)
    if exchange.method == .head { return await exchange.respondHead(status, fields, length: length) }
    do throws(ContentFailure) {
      do throws(RequestFailure) { try await exchange.begin(status, fields, length: length) } catch {
        throw ContentFailure.transfer(error)
      }
      try await ContentSender(exchange.writer).finish(with: object, range)
    } catch .storage(let error) {
      report(error, exchange)
      // A client that asks again gets the object as it is then.
      if exchange.withdraw() { throw error == .versionChanged ? .serviceUnavailable : S3Error(error) }
      await exchange.abort()
    } catch {
      await exchange.abort()
    }
  }

  /// Tells the operator why a get was cut that neither the client nor the web server ended.
  private func report(_ error: StorageError, _ exchange: S3Exchange) {
    let context: OperatorLog.Fields = [
      "bucket": exchange.bucket, "key": String(decoding: exchange.key, as: UTF8.self),
      "bytes": exchange.writer.bytesSent, "client": exchange.clientAddress, "request": exchange.requestID,
    ]
    switch error {
    case .versionChanged: log.info("object cut off: it was changed while it was sent", context)
    default: log.error("object cut off: \(error)", context)
    }
  }
}
