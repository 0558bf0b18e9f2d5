internal import EventLoop
internal import FileStore
internal import HTTPSemantics
internal import Posix
internal import S3Authentication
internal import S3Documents

extension ObjectStorage {
  /// The highest number of a part.
  nonisolated static let highestPart = 10_000

  /// CreateMultipartUpload.
  func createUpload(_ exchange: S3Exchange, _ configuration: BucketConfiguration) async throws(S3Error) {
    try refuseEncryption(exchange.fields)
    let (bucket, key) = (exchange.bucket, exchange.key)
    var facts = newFacts(exchange)
    try ObjectFields.read(exchange.fields, into: &facts)
    facts.acl = try accessControl(exchange).text
    var algorithm: String?
    if let named = exchange.fields["x-amz-checksum-algorithm"] {
      guard let known = ChecksumAlgorithm(rawValue: named.uppercased()) else {
        throw .invalidRequest(
          "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]"
        )
      }
      algorithm = known.rawValue
    }
    let type = try checksumType(exchange.fields, algorithm)
    facts.checksumsAreComposite = type == "COMPOSITE"
    let final = facts
    let upload = try await onStore { [algorithm] (store) throws(BucketError) in
      try store.beginUpload(of: key, in: bucket, final, checksumAlgorithm: algorithm)
    }
    var fields = HeaderFields([("Content-Type", "application/xml")])
    if let algorithm {
      fields.set("x-amz-checksum-algorithm", algorithm)
      fields.set("x-amz-checksum-type", type)
    }
    await exchange.respond(
      .ok, fields,
      body: XMLWriter.document("InitiateMultipartUploadResult") { xml in
        xml.element("Bucket", bucket)
        xml.element("Key", String(decoding: key, as: UTF8.self))
        xml.element("UploadId", upload.identifier)
      })
  }

  /// Which bytes the checksum of the whole will be of: CRC-64 only knows the whole, SHA only the parts' checksums.
  private func checksumType(_ fields: HeaderFields, _ algorithm: String?) throws(S3Error) -> String {
    let asked = fields["x-amz-checksum-type"]?.uppercased()
    let usual = algorithm == "CRC64NVME" || algorithm == nil ? "FULL_OBJECT" : "COMPOSITE"
    guard let asked else { return usual }
    let isPossible =
      switch (algorithm, asked) {
      case ("CRC64NVME", "COMPOSITE"), ("SHA1", "FULL_OBJECT"), ("SHA256", "FULL_OBJECT"): false
      default: asked == "COMPOSITE" || asked == "FULL_OBJECT"
      }
    guard isPossible else {
      throw .invalidRequest(
        "The \(asked) checksum type cannot be used with the \(algorithm ?? "default") checksum algorithm.")
    }
    return asked
  }

  /// UploadPart.
  func uploadPart(_ exchange: S3Exchange, _ outcome: S3AuthenticationOutcome) async throws(S3Error) {
    let number = try partNumber(exchange)
    let upload = try await upload(exchange)
    let algorithm = upload.checksumAlgorithm.flatMap { ChecksumAlgorithm(rawValue: $0) }
    let (incoming, content) = try await receive(exchange, outcome, also: algorithm ?? .crc64nvme)
    let part = UploadedPart(
      number: number, size: content.size, etag: content.md5, modified: Clock.now(), checksums: content.checksums,
      crc32: content.crc32)
    try await keep(part, incoming.takeFile(), of: upload, exchange)
    var fields = HeaderFields([("ETag", "\"\(part.etag)\"")])
    for checksum in part.checksums {
      if let algorithm = ChecksumAlgorithm(rawValue: checksum.name) { fields.set(algorithm.fieldName, checksum.text) }
    }
    await exchange.respond(.ok, fields)
  }

  func keep(
    _ part: UploadedPart, _ file: consuming StagedFile?, of upload: MultipartUpload, _ exchange: S3Exchange
  ) async throws(S3Error) {
    let bucket = exchange.bucket
    let box = StagedBox(file.take())
    try await onStore { (store) throws(BucketError) in
      guard let file = box.take() else { throw .store(.notFound) }
      try store.putPart(file, part, of: upload.identifier, in: bucket)
    }
  }

  func partNumber(_ exchange: S3Exchange) throws(S3Error) -> Int {
    guard let text = exchange.query.first("partNumber"), let number = Int(text), (1...Self.highestPart).contains(number)
    else {
      throw .invalidArgument(
        "Part number must be an integer between 1 and 10000, inclusive", name: "partNumber",
        value: exchange.query.first("partNumber") ?? "")
    }
    return number
  }

  /// The upload that the query names.
  func upload(_ exchange: S3Exchange) async throws(S3Error) -> MultipartUpload {
    let identifier = exchange.query.first("uploadId") ?? ""
    let (bucket, key) = (exchange.bucket, exchange.key)
    do throws(S3Error) {
      return try await onStore { (store) throws(BucketError) in try store.upload(identifier, of: key, in: bucket) }
    } catch {
      throw error.code == "NoSuchUpload" ? .noSuchUpload(identifier) : error
    }
  }

  /// AbortMultipartUpload.
  func abortUpload(_ exchange: S3Exchange) async throws(S3Error) {
    let upload = try await upload(exchange)
    let (bucket, key) = (exchange.bucket, exchange.key)
    try await onStore { (store) throws(BucketError) in try store.abort(upload.identifier, of: key, in: bucket) }
    await exchange.respond(.noContent)
  }

  /// ListParts.
  func listParts(_ exchange: S3Exchange, _ configuration: BucketConfiguration) async throws(S3Error) {
    let upload = try await upload(exchange)
    let bucket = exchange.bucket
    let limit = try maximum(exchange.query, "max-parts")
    let markerText = exchange.query.first("part-number-marker") ?? ""
    guard let marker = markerText.isEmpty ? 0 : Int(markerText) else {
      throw .invalidArgument(
        "Provided part-number-marker not an integer", name: "part-number-marker", value: markerText)
    }
    let parts = try await onStore { (store) throws(BucketError) in try store.parts(of: upload.identifier, in: bucket) }
    let rest = parts.filter { $0.number > marker }
    let page = rest.prefix(limit)
    await exchange.respond(
      xml: XMLWriter.document("ListPartsResult") { xml in
        xml.element("Bucket", bucket)
        xml.element("Key", String(decoding: exchange.key, as: UTF8.self))
        xml.element("UploadId", upload.identifier)
        xml.element("Initiator") { write(account: upload.facts.owner, &$0) }
        xml.element("Owner") { write(account: upload.facts.owner, &$0) }
        xml.element("StorageClass", "STANDARD")
        xml.element("PartNumberMarker", marker)
        xml.element("NextPartNumberMarker", page.last?.number ?? 0)
        xml.element("MaxParts", limit)
        xml.element("IsTruncated", page.count < rest.count)
        xml.element(optional: "ChecksumAlgorithm", upload.checksumAlgorithm)
        for part in page {
          xml.element("Part") { xml in
            xml.element("PartNumber", part.number)
            xml.element("LastModified", S3Time.text(part.modified))
            xml.element("ETag", "\"\(part.etag)\"")
            xml.element("Size", part.size)
            for checksum in part.checksums where checksum.name == upload.checksumAlgorithm {
              xml.element("Checksum\(checksum.name)", checksum.text)
            }
          }
        }
      })
  }

  /// A limit of a listing, 1,000 at the most.
  func maximum(_ query: QueryParameters, _ name: String) throws(S3Error) -> Int {
    guard let text = query.first(name), !text.isEmpty else { return 1_000 }
    guard let number = Int(text), number >= 0, number <= Int(Int32.max) else {
      throw .invalidArgument("Argument \(name) must be an integer between 0 and 2147483647", name: name, value: text)
    }
    return min(number, 1_000)
  }

  /// An account as documents name it.
  func write(account: String, _ xml: inout XMLWriter) {
    xml.element("ID", Caller.canonicalID(account))
    xml.element("DisplayName", account)
  }
}

/// Moments as S3's documents write them, with milliseconds.
enum S3Time {
  static func text(_ moment: Timestamp) -> String {
    RFC3339.format(moment.seconds, milliseconds: Int(moment.nanoseconds / 1_000_000))
  }
}
