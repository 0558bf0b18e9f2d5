internal import EventLoop
internal import HTTPSemantics
internal import LocalStorage
internal import Posix
internal import S3Authentication
internal import S3Documents
internal import Storage

extension ObjectStorage {
  /// CreateMultipartUpload.
  func createUpload(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    try refuseUnsupported(exchange.fields)
    var facts = try await newFacts(exchange, in: bucket)
    try facts.adopt(exchange.fields)
    let checksum = try MultipartChecksum(exchange.fields)
    facts.checksumsAreComposite = checksum?.type == .composite
    let (key, final) = (try exchange.objectKey(), facts)
    let upload = try await onStore { (store) throws(BucketError) in
      try store.beginUpload(
        of: key.bytes, in: bucket.name.text, final, checksumAlgorithm: checksum?.algorithm.rawValue)
    }
    var fields = HeaderFields([("Content-Type", "application/xml")])
    if let checksum {
      fields.set("x-amz-checksum-algorithm", checksum.algorithm.rawValue)
      fields.set("x-amz-checksum-type", checksum.type.rawValue)
    }
    await exchange.respond(
      .ok, fields,
      body: InitiateMultipartUploadResult.document(bucket: bucket.name, key: key, uploadID: upload.identifier))
  }

  /// An algorithm that a client names.
  static func algorithm(_ name: String) throws(S3Error) -> ChecksumAlgorithm {
    guard let algorithm = ChecksumAlgorithm(name: name) else {
      throw .invalidRequest("Checksum algorithm provided is unsupported. Please try again with any of the valid types")
    }
    return algorithm
  }

  /// UploadPart.
  func uploadPart(_ exchange: S3Exchange, _ outcome: S3AuthenticationOutcome) async throws(S3Error) {
    try refuseUnsupported(exchange.fields)
    let number = try PartNumber.parse(exchange.query.first("partNumber") ?? "")
    let upload = try await upload(exchange)
    let (incoming, content) = try await receive(exchange, outcome, also: upload.algorithm ?? .crc64nvme)
    let part = UploadedPart(
      number: number, size: content.size, etag: content.md5, modified: Clock.now(), checksums: content.checksums,
      crc32: content.crc32)
    let bucket = exchange.bucket
    try await onStore { (store) throws(BucketError) in
      guard let file = incoming.takeFile() else { throw .store(.notFound) }
      try store.putPart(file, part, of: upload.identifier, in: bucket)
    }
    var fields = HeaderFields([("ETag", "\"\(part.etag)\"")])
    // One: what a client is told it lists on completion, where S3 takes one of each part.
    fields.set(part.checksum(incoming.declaredAlgorithm ?? upload.algorithm ?? .crc64nvme))
    await exchange.respond(.ok, fields)
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
  func listParts(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    let request = try ListPartsRequest(exchange.query)
    let upload = try await upload(exchange)
    let parts = try await onStore { (store) throws(BucketError) in
      try store.parts(of: upload.identifier, in: bucket.name.text)
    }
    let rest = parts.filter { $0.number > request.marker }
    let page = rest.prefix(request.limit)
    let result = ListPartsResult(
      bucket: bucket.name, upload: try UploadSummary(upload, in: bucket), request: request,
      parts: page.map { part in
        PartSummary(
          number: part.number, lastModified: part.modified.seconds, etag: part.etag, size: part.size,
          checksum: upload.algorithm.flatMap { part.checksum($0) })
      },
      isTruncated: page.count < rest.count)
    await exchange.respond(xml: result.document)
  }
}
