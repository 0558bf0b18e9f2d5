internal import EventLoop
internal import FastCGI
internal import FileStore
internal import HTTPSemantics
internal import Journal
internal import Posix
internal import S3Authentication
internal import S3Documents

extension ObjectStorage {
  /// The most bytes of one put: 5 GiB, as S3 has it.
  static let putLimit: UInt64 = 5 << 30

  /// PutObject.
  func putObject(
    _ exchange: S3Exchange, _ outcome: S3AuthenticationOutcome, _ configuration: BucketConfiguration
  ) async throws(S3Error) {
    try refuseEncryption(exchange.fields)
    guard
      exchange.fields.contains("content-length") || exchange.fields.contains("x-amz-decoded-content-length")
        || exchange.fields.contains("transfer-encoding")
    else { throw .missingContentLength }
    let (bucket, key) = (exchange.bucket, exchange.key)
    var facts = newFacts(exchange)
    try ObjectFields.read(exchange.fields, into: &facts)
    facts.acl = try accessControl(exchange).text
    let condition = try writeCondition(exchange.fields)
    let (incoming, content) = try await receive(exchange, outcome)
    facts.adopt(content)
    let final = facts
    try await onStore { (store) throws(BucketError) in
      guard let file = incoming.takeFile() else { throw .store(.notFound) }
      try store.put(file, as: key, in: bucket, final, condition: condition)
    }
    recordPut(exchange, facts.size)
    var fields = HeaderFields([("ETag", "\"\(facts.etag)\"")])
    writeChecksums(facts, into: &fields)
    await exchange.respond(.ok, fields)
  }

  /// Facts of an object that is about to be put by whoever asks.
  func newFacts(_ exchange: S3Exchange) -> ObjectFacts {
    ObjectFacts(
      etag: "", size: 0, modified: Clock.now(), contentType: "binary/octet-stream",
      owner: exchange.caller.name ?? "")
  }

  /// Receives a body whole, into a file that nobody can see.
  func receive(
    _ exchange: S3Exchange, _ outcome: S3AuthenticationOutcome, also: ChecksumAlgorithm? = nil
  ) async throws(S3Error) -> (IncomingObject, IncomingObject.Content) {
    let incoming = try await incoming(
      outcome, exchange.fields, bucket: exchange.bucket, also: also, limit: Self.putLimit)
    do throws(RequestFailure) {
      while let bytes = try await exchange.body.next() {
        await pool.run { incoming.accept(bytes) }
      }
    } catch {
      incoming.discard()
      throw S3Error(error)
    }
    do throws(IncomingFailure) {
      let content = try await pool.run { () throws(IncomingFailure) in
        do throws(S3Error) { return try incoming.finish() } catch { throw .refused(error) }
      }
      return (incoming, content)
    } catch {
      incoming.discard()
      throw error.error
    }
  }

  /// Begins an object or part that comes in.
  func incoming(
    _ outcome: S3AuthenticationOutcome, _ fields: HeaderFields, bucket: String, also: ChecksumAlgorithm? = nil,
    limit: UInt64
  ) async throws(S3Error) -> IncomingObject {
    let store = self.store
    let limit = min(limit, store.objectLimit(in: bucket) ?? .max)
    do throws(IncomingFailure) {
      return try await pool.run { () throws(IncomingFailure) in
        let file: StagedFile
        do throws(BucketError) { file = try store.stage(in: bucket) } catch { throw .refused(S3Error(error)) }
        do throws(S3Error) {
          return try IncomingObject(outcome, fields: fields, file: file, also: also, limit: limit)
        } catch {
          throw .refused(error)
        }
      }
    } catch {
      throw error.error
    }
  }

  /// The conditions of a write: `If-None-Match` and `If-Match`.
  func writeCondition(_ fields: HeaderFields) throws(S3Error) -> BucketStore.Condition {
    let noneMatch = fields.list(of: "if-none-match")
    let match = fields.list(of: "if-match")
    guard noneMatch != nil || match != nil else { return { _ in } }
    return { (current) throws(BucketError) in
      if match != nil, current == nil { throw .noSuchKey }
      guard let current else { return }
      let validators = Validators(etag: EntityTag(current.etag), lastModified: nil)
      var conditions = HeaderFields()
      if let match { conditions.set("If-Match", match) }
      if let noneMatch { conditions.set("If-None-Match", noneMatch) }
      if Preconditions.evaluate(conditions, method: .put, current: validators) != .proceed { throw .preconditionFailed }
    }
  }

  func writeChecksums(_ facts: ObjectFacts, into fields: inout HeaderFields) {
    for checksum in facts.checksums {
      guard let algorithm = ChecksumAlgorithm(rawValue: checksum.name) else { continue }
      fields.set(algorithm.fieldName, checksum.text)
      fields.set("x-amz-checksum-type", facts.checksumsAreComposite ? "COMPOSITE" : "FULL_OBJECT")
    }
  }

  /// Server-side encryption is not there: to accept the fields would be to promise it.
  func refuseEncryption(_ fields: HeaderFields) throws(S3Error) {
    for name in ["x-amz-server-side-encryption", "x-amz-server-side-encryption-customer-algorithm"]
    where fields.contains(name) {
      throw .notImplemented(header: name)
    }
    if let storageClass = fields["x-amz-storage-class"], storageClass != "STANDARD" {
      throw .invalidStorageClass(storageClass)
    }
  }

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
}

extension ObjectFacts {
  /// Takes over what is known of content that came whole, now.
  mutating func adopt(_ content: IncomingObject.Content) {
    etag = content.md5
    size = content.size
    crc32 = content.crc32
    checksums = content.checksums
    modified = Clock.now()
  }
}

/// An error of S3's that crosses a pool.
struct IncomingFailure: Error {
  let error: S3Error

  static func refused(_ error: S3Error) -> IncomingFailure { IncomingFailure(error: error) }
}

extension String {
  /// The text without spaces and tabs around it.
  var trimmingSpaces: String {
    String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}
