internal import Digests
internal import EventLoop
internal import FileStore
internal import HTTPSemantics
internal import Posix
internal import S3Authentication
internal import S3Documents

extension ObjectStorage {
  /// The source of a copy.
  private struct Source {
    var bucket: String
    var key: [UInt8]
  }

  /// CopyObject: bytes are shared on the disk where the file system can.
  func copyObject(_ exchange: S3Exchange, _ configuration: BucketConfiguration) async throws(S3Error) {
    try refuseEncryption(exchange.fields)
    let source = try source(exchange)
    let object = try await open(source, exchange)
    let (bucket, key) = (exchange.bucket, exchange.key)
    var facts = newFacts(exchange)
    facts.etag = object.facts.etag
    facts.size = object.facts.size
    facts.crc32 = object.facts.crc32
    facts.checksums = object.facts.checksums
    facts.checksumsAreComposite = object.facts.checksumsAreComposite
    facts.partSizes = []
    if facts.etag.contains("-") { facts.etag = try await plainTag(of: object) }
    switch exchange.fields["x-amz-metadata-directive"]?.uppercased() ?? "COPY" {
    case "COPY":
      guard source.bucket != bucket || source.key != key else {
        throw .invalidRequest(
          "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes."
        )
      }
      facts.contentType = object.facts.contentType
      facts.headers = object.facts.headers
      facts.metadata = object.facts.metadata
    case "REPLACE":
      let tags = facts.tags
      try ObjectFields.read(exchange.fields, into: &facts)
      facts.tags = tags
    default:
      throw .invalidArgument("Unknown metadata directive.", name: "x-amz-metadata-directive")
    }
    facts.tags = object.facts.tags
    if exchange.fields["x-amz-tagging-directive"]?.uppercased() == "REPLACE" {
      facts.tags =
        try exchange.fields["x-amz-tagging"].map { (text) throws(S3Error) in try ObjectFields.tags(text) } ?? []
    }
    facts.acl = try accessControl(exchange).text
    facts.modified = Clock.now()
    if let named = exchange.fields["x-amz-checksum-algorithm"],
      let algorithm = ChecksumAlgorithm(rawValue: named.uppercased())
    {
      facts.checksums = try await checksum(algorithm, of: object)
      facts.checksumsAreComposite = false
    }
    let condition = try writeCondition(exchange.fields)
    let final = facts
    if let limit = store.objectLimit(in: bucket), facts.size > limit {
      throw .entityTooLarge(proposedSize: facts.size, maximum: limit)
    }
    try await onStore { (store) throws(BucketError) in
      var file = try store.stage(in: bucket)
      do throws(StoreError) { try file.append(object.file, 0..<final.size) } catch { throw .store(error) }
      try store.put(file, as: key, in: bucket, final, condition: condition)
    }
    recordPut(exchange, facts.size)
    await exchange.respond(
      xml: XMLWriter.document("CopyObjectResult") { xml in
        xml.element("LastModified", S3Time.text(final.modified))
        xml.element("ETag", "\"\(final.etag)\"")
        for checksum in final.checksums { xml.element("Checksum\(checksum.name)", checksum.text) }
      })
  }

  /// UploadPartCopy.
  func uploadPartCopy(_ exchange: S3Exchange) async throws(S3Error) {
    let number = try partNumber(exchange)
    let upload = try await upload(exchange)
    let object = try await open(try source(exchange), exchange)
    var range: Range<UInt64> = 0..<object.facts.size
    if let text = exchange.fields["x-amz-copy-source-range"] {
      range = try sourceRange(text, size: object.facts.size)
    }
    let bucket = exchange.bucket
    let wanted = range
    let part = try await onStore { (store) throws(BucketError) in
      var file = try store.stage(in: bucket)
      let digests: ContentDigests
      do throws(StoreError) {
        try file.append(object.file, wanted)
        digests = try file.digests()
      } catch {
        throw .store(error)
      }
      let part = UploadedPart(
        number: number, size: digests.size, etag: Hexadecimal.encode(digests.md5), modified: Clock.now(), checksums: [],
        crc32: digests.crc32)
      try store.putPart(file, part, of: upload.identifier, in: bucket)
      return part
    }
    await exchange.respond(
      xml: XMLWriter.document("CopyPartResult") { xml in
        xml.element("LastModified", S3Time.text(part.modified))
        xml.element("ETag", "\"\(part.etag)\"")
      })
  }

  // MARK: The source

  private func source(_ exchange: S3Exchange) throws(S3Error) -> Source {
    let text = exchange.fields["x-amz-copy-source"] ?? ""
    let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var path = Array((parts.first ?? "").utf8)
    if path.first != UInt8(ascii: "/") { path.insert(UInt8(ascii: "/"), at: 0) }
    guard case .object(let bucket, let key) = try S3Address(rawPath: path) else {
      throw .invalidArgument("Invalid copy source object key", name: "x-amz-copy-source", value: text)
    }
    if parts.count == 2, parts[1].hasPrefix("versionId="), parts[1] != "versionId=null" {
      throw .noSuchVersion(String(parts[1].dropFirst(10)))
    }
    return Source(bucket: bucket, key: key)
  }

  /// Opens the source for whoever may read it, under the conditions that the request makes.
  private func open(_ source: Source, _ exchange: S3Exchange) async throws(S3Error) -> OpenObject {
    try await authorizeRead(of: source.key, in: source.bucket, exchange)
    let object = try await onStore { (store) throws(BucketError) in try store.open(source.key, in: source.bucket) }
    var conditions = HeaderFields()
    for (name, condition) in [
      ("x-amz-copy-source-if-match", "If-Match"), ("x-amz-copy-source-if-none-match", "If-None-Match"),
      ("x-amz-copy-source-if-modified-since", "If-Modified-Since"),
      ("x-amz-copy-source-if-unmodified-since", "If-Unmodified-Since"),
    ] {
      if let value = exchange.fields[name] { conditions.set(condition, value) }
    }
    let validators = Validators(etag: EntityTag(object.facts.etag), lastModified: object.facts.modified.seconds)
    guard Preconditions.evaluate(conditions, method: .get, current: validators) == .proceed else {
      throw .preconditionFailed(condition: "x-amz-copy-source-If-Match")
    }
    return object
  }

  /// `bytes=first-last`, both within the source.
  private func sourceRange(_ text: String, size: UInt64) throws(S3Error) -> Range<UInt64> {
    let parts = text.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
    guard text.hasPrefix("bytes="), parts.count == 2, let first = UInt64(parts[0]), let last = UInt64(parts[1]),
      first <= last
    else {
      throw .invalidArgument(
        "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
        name: "x-amz-copy-source-range", value: text)
    }
    guard last < size else { throw .invalidRange(requested: text, size: size) }
    return first..<last + 1
  }

  /// A copy is one piece: its tag is the MD5 of its bytes.
  private func plainTag(of object: OpenObject) async throws(S3Error) -> String {
    try await onStore { (_) throws(BucketError) in
      do throws(StoreError) { return Hexadecimal.encode(try object.digests().md5) } catch { throw .store(error) }
    }
  }

  private func checksum(_ algorithm: ChecksumAlgorithm, of object: OpenObject) async throws(S3Error) -> [NamedText] {
    try await onStore { (_) throws(BucketError) in
      var checksums = ObjectChecksums([algorithm], md5: false)
      var buffer = [UInt8](repeating: 0, count: 262_144)
      var offset: UInt64 = 0
      while true {
        let count: Int
        do throws(Errno) { count = try object.file.descriptor.read(into: &buffer, at: offset) } catch {
          throw .store(.io(error, context: "reading an object"))
        }
        if count == 0 { break }
        checksums.update(buffer.span.extracting(0..<count))
        offset += UInt64(count)
      }
      let digests = checksums.finalize()
      return digests.encoded(algorithm).map { [NamedText(algorithm.rawValue, $0)] } ?? []
    }
  }
}
