internal import EventLoop
internal import HTTPSemantics
internal import Posix
internal import S3Authentication
internal import S3Documents
internal import Storage

/// The objects that copies are made of, and their bytes.
@EventLoopActor
struct CopySources {
  /// Fields that make conditions of the source, and what they are called where they are of the object itself.
  private static let conditions = [
    ("x-amz-copy-source-if-match", "If-Match"), ("x-amz-copy-source-if-none-match", "If-None-Match"),
    ("x-amz-copy-source-if-modified-since", "If-Modified-Since"),
    ("x-amz-copy-source-if-unmodified-since", "If-Unmodified-Since"),
  ]

  let objects: S3Calls<any ObjectStore>
  let authorizer: Authorizer

  /// Opens the source for whoever may read it, under the conditions that the request makes.
  func open(_ source: CopySource, _ exchange: S3Exchange) async throws(S3Error) -> any OpenedObject {
    do throws(S3Error) { return try await openSource(source, exchange) } catch {
      throw error.about(bucket: source.bucket.text, key: source.key.text)
    }
  }

  private func openSource(_ source: CopySource, _ exchange: S3Exchange) async throws(S3Error) -> any OpenedObject {
    let bucket = try await authorizer.bucket(source.bucket)
    try authorizer.checkOwner(of: bucket, exchange.fields, "x-amz-source-expected-bucket-owner")
    try await authorizer.authorize(.getObject, on: source.key.bytes, of: bucket, exchange)
    let object = try await objects { (store) throws(StorageError) in
      try await store.open(source.key.bytes, in: source.bucket.text, version: source.versionID)
    }
    let metadata = object.head.metadata
    var conditions = HeaderFields()
    for (name, condition) in Self.conditions {
      if let value = exchange.fields[name] { conditions.set(condition, value) }
    }
    let validators = Validators(etag: EntityTag(metadata.etag), lastModified: metadata.modified.seconds)
    guard Preconditions.evaluate(conditions, method: .get, current: validators) == .proceed else {
      throw .preconditionFailed(condition: "x-amz-copy-source-If-Match")
    }
    return object
  }

  /// Appends some of an object's bytes to a content; they are shared on the disk where the file system can.
  func copy(
    _ object: any OpenedObject, _ range: Range<UInt64>, to writer: any ContentWriter
  ) async throws(S3Error) {
    do throws(StorageError) { try await object.copy(range, to: writer) } catch {
      await writer.discard()
      throw objects.s3Error(error)
    }
  }

  /// Digests of a content.
  func digests(
    of writer: any ContentWriter, _ algorithms: Set<ChecksumAlgorithm>
  ) async throws(S3Error) -> IncomingObject.Content {
    do throws(StorageError) {
      return try await writer.update { (staged) throws(StorageError) in
        var checksums = ObjectChecksums(algorithms.union([.crc32]))
        var buffer = [UInt8](repeating: 0, count: 262_144)
        var offset: UInt64 = 0
        while case let count = try staged.read(into: &buffer, at: offset), count > 0 {
          checksums.update(buffer.span.extracting(0..<count))
          offset += UInt64(count)
        }
        return IncomingObject.Content(size: offset, checksums.finalize(), algorithms)
      }
    } catch {
      await writer.discard()
      throw objects.s3Error(error)
    }
  }
}
