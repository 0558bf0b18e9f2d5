internal import EventLoop
internal import FastCGI
internal import FileStore
internal import HTTPSemantics
internal import Posix
internal import S3Documents

extension ObjectStorage {
  /// GetObject and HeadObject: conditions, a range or a part, and the fields that the query overrides.
  func getObject(_ exchange: S3Exchange) async throws(S3Error) {
    let (bucket, key) = (exchange.bucket, exchange.key)
    let object = try await onStore { (store) throws(BucketError) in try store.open(key, in: bucket) }
    let facts = object.facts
    if exchange.query.parameters.contains(where: { $0.name.starts(with: "response-".utf8) }),
      exchange.caller == .anonymous
    {
      throw .invalidRequest("Request specific response headers cannot be used for anonymous GET requests.")
    }
    var fields = ObjectFields.write(facts, query: exchange.query)
    let validators = Validators(etag: EntityTag(facts.etag), lastModified: facts.modified.seconds)
    // S3 answers a range on HEAD, too.
    var selection = RangeSelection.select(exchange.fields, method: .get, length: facts.size, current: validators)
    if let text = exchange.query.first("partNumber") {
      selection = try part(text, of: facts, &fields)
    }
    // They are of the whole: a client would check a part against them.
    if selection == .whole, exchange.fields["x-amz-checksum-mode"]?.uppercased() == "ENABLED" {
      writeChecksums(facts, into: &fields)
    }
    switch selection {
    case .notModified: await exchange.respond(.notModified, fields)
    case .preconditionFailed: throw .preconditionFailed(condition: failedCondition(exchange.fields))
    case .unsatisfiable:
      throw .invalidRange(requested: exchange.fields["range"] ?? "", size: facts.size)
    case .whole: try await send(object, 0..<facts.size, .ok, fields, exchange)
    case .partial(let range):
      fields.set("Content-Range", ContentRange.partial(range, length: facts.size))
      try await send(object, range, .partialContent, fields, exchange)
    }
  }

  private func failedCondition(_ fields: HeaderFields) -> String {
    fields.contains("if-match") ? "If-Match" : "If-Unmodified-Since"
  }

  /// The bytes of one part of an object that was put in parts.
  private func part(
    _ text: String, of facts: ObjectFacts, _ fields: inout HeaderFields
  ) throws(S3Error) -> RangeSelection {
    guard let number = Int(text), number >= 1 else {
      throw .invalidArgument(
        "Part number must be an integer between 1 and 10000, inclusive", name: "partNumber", value: text)
    }
    let sizes = facts.partSizes.isEmpty ? [facts.size] : facts.partSizes
    guard number <= sizes.count else { throw .invalidPart(uploadID: "", partNumber: number, etag: "") }
    if !facts.partSizes.isEmpty { fields.set("x-amz-mp-parts-count", String(sizes.count)) }
    let start = sizes[..<(number - 1)].reduce(0, +)
    let range = start..<start + sizes[number - 1]
    return range.isEmpty || (range.lowerBound == 0 && range.upperBound == facts.size) ? .whole : .partial(range)
  }

  private func send(
    _ object: OpenObject, _ range: Range<UInt64>, _ status: HTTPStatus, _ fields: HeaderFields,
    _ exchange: S3Exchange
  ) async throws(S3Error) {
    let length = UInt64(range.count)
    if exchange.method == .head { return await exchange.respondHead(status, fields, length: length) }
    do throws(RequestFailure) {
      try await exchange.begin(status, fields, length: length)
      try await exchange.writer.writeWarm(object.file, range, pool: pool)
      try await exchange.writer.finish()
    } catch {
      await exchange.writer.breakOff()
    }
  }
}
