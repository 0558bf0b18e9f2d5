internal import EventLoop
internal import FastCGI
internal import HTTPSemantics
internal import Journal
internal import LocalStorage
internal import Posix
internal import S3Authentication
internal import S3Documents
internal import Storage

extension ObjectStorage {
  /// The most bytes of one put: 5 GiB, as S3 has it.
  static let putLimit: UInt64 = 5 << 30

  /// PutObject.
  func putObject(
    _ exchange: S3Exchange, _ outcome: S3AuthenticationOutcome, _ bucket: Bucket
  ) async throws(S3Error) {
    try refuseUnsupported(exchange.fields)
    guard
      exchange.fields.contains("content-length") || exchange.fields.contains("x-amz-decoded-content-length")
        || exchange.fields.contains("transfer-encoding")
    else { throw .missingContentLength }
    var facts = try await newFacts(exchange, in: bucket)
    try facts.adopt(exchange.fields)
    let (incoming, content) = try await receive(exchange, outcome)
    facts.adopt(content)
    let (name, key, final) = (exchange.bucket, exchange.key, facts)
    let condition = WriteCondition(exchange.fields)
    try await onStore(condition) { (store) throws(BucketError) in
      guard let file = incoming.takeFile() else { throw .store(.notFound) }
      try store.put(file, as: key, in: name, final, condition: condition.ofStore)
    }
    recordPut(exchange, final.size)
    var fields = HeaderFields([("ETag", "\"\(final.etag)\"")])
    fields.set(final.checksum)
    await exchange.respond(.ok, fields)
  }

  /// Facts of an object that is about to be put by whoever asks: whose it will be, and who may do what with it.
  func newFacts(_ exchange: S3Exchange, in bucket: Bucket) async throws(S3Error) -> ObjectMetadata {
    // Before its content comes.
    guard BucketStore.canKeep(exchange.key) else { throw S3Error(BucketError.keyTooLong) }
    let writer = exchange.caller.name
    let acl = try await accessControl(exchange, of: writer.map { Owner(account: $0) } ?? bucket.owner, in: bucket)
    let isGivenAway =
      switch bucket.ownership {
      case .bucketOwnerEnforced: true
      case .bucketOwnerPreferred: acl == .canned(.bucketOwnerFullControl)
      case .objectWriter: false
      }
    var facts = ObjectMetadata(
      etag: "", size: 0, modified: Clock.now(), contentType: ContentHeaders.defaultType,
      owner: isGivenAway ? bucket.configuration.owner : writer ?? "")
    facts.acl = acl.kept
    facts.storageClass = try StorageClass(exchange.fields)?.kept
    return facts
  }

  /// Receives a body whole, into a file that nobody can see.
  func receive(
    _ exchange: S3Exchange, _ outcome: S3AuthenticationOutcome, also: ChecksumAlgorithm? = nil
  ) async throws(S3Error) -> (IncomingObject, IncomingObject.Content) {
    // What has come is taken, and a body that has come whole is ended, in one turn of a thread: a small object takes one.
    var incoming: IncomingObject?
    while true {
      let bytes: [UInt8]
      let isLast: Bool
      do throws(RequestFailure) {
        bytes = try await exchange.body.next() ?? []
        // Where the body has ended, this does not wait; it tells whether it was whole.
        isLast = bytes.isEmpty ? true : exchange.body.isConsumed ? try await exchange.body.next() == nil : false
      } catch {
        incoming?.discard()
        throw S3Error(error)
      }
      let begun = incoming
      let (current, content) = try await beginning(
        outcome, exchange.fields, bucket: exchange.bucket, also: also, limit: Self.putLimit
      ) { (begin) throws(S3Error) in
        let current = if let begun { begun } else { try begin() }
        current.accept(bytes)
        return (current, isLast ? try current.finish() : nil)
      }
      if let content { return (current, content) }
      incoming = current
    }
  }

  /// Begins an object or part that comes in.
  func incoming(
    _ outcome: S3AuthenticationOutcome, _ fields: HeaderFields, bucket: String, also: ChecksumAlgorithm? = nil,
    limit: UInt64
  ) async throws(S3Error) -> IncomingObject {
    try await beginning(outcome, fields, bucket: bucket, also: also, limit: limit) { (begin) throws(S3Error) in
      try begin()
    }
  }

  /// Runs something, on a thread that may wait, that can begin an object or part.
  private func beginning<Value: Sendable>(
    _ outcome: S3AuthenticationOutcome, _ fields: HeaderFields, bucket: String, also: ChecksumAlgorithm?,
    limit: UInt64, _ body: @escaping @Sendable (() throws(S3Error) -> IncomingObject) throws(S3Error) -> Value
  ) async throws(S3Error) -> Value {
    let store = self.store
    let limit = min(limit, store.objectLimit(in: bucket) ?? .max)
    do throws(IncomingFailure) {
      return try await pool.run { () throws(IncomingFailure) in
        do throws(S3Error) {
          return try body { () throws(S3Error) in
            let file: StagedFile
            do throws(BucketError) { file = try store.stage(in: bucket) } catch { throw S3Error(error) }
            return try IncomingObject(outcome, fields: fields, file: file, also: also, limit: limit)
          }
        } catch {
          throw .refused(error)
        }
      }
    } catch {
      throw error.error
    }
  }

  /// What asks for an archive to be unpacked instead of stored, as MinIO's clients and AWS Snowball say it.
  private static let unpackingFields = ["x-amz-meta-snowball-auto-extract", "x-amz-snowball-auto-extract"]

  /// Nothing here is encrypted: a key that is sent to read with is sent by mistake.
  func refuseEncryption(_ fields: HeaderFields) throws(S3Error) {
    guard let name = Encryption.field(in: fields) else { return }
    throw .invalidRequest("The encryption parameters are not applicable to this object: \(name).")
  }

  /// Server-side encryption, locks, appending and unpacking are not there: to accept the fields would be to promise
  /// them.
  func refuseUnsupported(_ fields: HeaderFields) throws(S3Error) {
    if let name = Encryption.field(in: fields) { throw .notImplemented(header: name) }
    for name in [
      "x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date", "x-amz-object-lock-legal-hold",
      "x-amz-write-offset-bytes", "x-amz-website-redirect-location",
    ] where fields.contains(name) {
      throw .notImplemented(header: name)
    }
    for name in Self.unpackingFields where fields[name]?.lowercased() == "true" {
      throw .notImplemented(header: name)
    }
    _ = try StorageClass(fields)
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

/// An error of S3's that crosses a pool.
struct IncomingFailure: Error {
  let error: S3Error

  static func refused(_ error: S3Error) -> IncomingFailure { IncomingFailure(error: error) }
}

extension WriteCondition {
  /// The condition as the store wants it; nil where nothing has to hold, so that it need not look.
  var ofStore: BucketStore.Condition? {
    guard !fieldNames.isEmpty else { return nil }
    return { (current) throws(BucketError) in
      switch evaluate(current?.etag) {
      case .proceed: return
      case .missing: throw .noSuchKey
      case .failed: throw .preconditionFailed
      }
    }
  }
}
