internal import EventLoop
internal import HTTPSemantics
internal import Posix
internal import S3Documents
internal import Storage

/// The operations of uploads in parts.
@EventLoopActor
struct MultipartUploads {
  let uploads: S3Calls<any MultipartStore>
  let objects: S3Calls<any ObjectStore>
  let newObjects: NewObjects
  let sources: CopySources
  let receiver: BodyReceiver
  let documents: DocumentReader
  let events: ObjectEvents

  /// CreateMultipartUpload.
  func create(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    try UnsupportedFields.refuse(exchange.fields)
    var metadata = try await newObjects.metadata(exchange, in: bucket)
    try metadata.adopt(exchange.fields)
    let checksum = try MultipartChecksum(exchange.fields)
    metadata.checksumsAreComposite = checksum?.type == .composite
    let (key, final) = (try exchange.objectKey(), metadata)
    let upload = try await uploads { (store) throws(StorageError) in
      try await store.beginUpload(
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

  /// UploadPart.
  func uploadPart(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    try UnsupportedFields.refuse(exchange.fields)
    let number = try PartNumber.parse(exchange.query.first("partNumber") ?? "")
    let upload = try await upload(exchange)
    let writer = try await writer(of: upload, exchange)
    let incoming = try IncomingObject(
      exchange.authentication, fields: exchange.fields, also: upload.algorithm ?? .crc64nvme,
      limit: BodyReceiver.limit, lanes: receiver.lanes)
    let content = try await receiver.receive(exchange, incoming, into: writer)
    let part = UploadedPart(number, content)
    try await uploads { (_) throws(StorageError) in try await writer.commit(part) }
    var fields = HeaderFields([("ETag", "\"\(part.etag)\"")])
    // One: what a client is answered it lists on completion, where S3 takes one of each part.
    fields.set(part.checksum(incoming.declaredAlgorithm ?? upload.algorithm ?? .crc64nvme))
    await exchange.respond(.ok, fields)
  }

  /// UploadPartCopy.
  func uploadPartCopy(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    try UnsupportedFields.refuse(exchange.fields)
    let number = try PartNumber.parse(exchange.query.first("partNumber") ?? "")
    let upload = try await upload(exchange)
    let object = try await sources.open(try CopySource(exchange.fields["x-amz-copy-source"] ?? ""), exchange)
    let size = object.head.metadata.size
    let range =
      try exchange.fields["x-amz-copy-source-range"].map { (text) throws(S3Error) in
        try CopySourceRange(text).resolved(size: size)
      } ?? 0..<size
    let writer = try await writer(of: upload, exchange)
    try await sources.copy(object, range, to: writer)
    let part = UploadedPart(number, try await sources.digests(of: writer, [upload.algorithm ?? .crc64nvme]))
    try await uploads { (_) throws(StorageError) in try await writer.commit(part) }
    let result = CopyResult(
      lastModified: part.modified.seconds, etag: part.etag,
      checksum: upload.algorithm.flatMap { part.checksum($0) })
    await exchange.respond(xml: result.partDocument)
  }

  /// AbortMultipartUpload.
  func abort(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    let upload = try await upload(exchange)
    try await uploads { (store) throws(StorageError) in try await store.abort(upload, in: bucket.name.text) }
    await exchange.respond(.noContent)
  }

  /// ListParts.
  func listParts(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    let request = try ListPartsRequest(exchange.query)
    let upload = try await upload(exchange)
    let parts = try await uploads { (store) throws(StorageError) in
      try await store.parts(of: upload, in: bucket.name.text)
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

  /// The upload that the query names.
  private func upload(_ exchange: S3Exchange) async throws(S3Error) -> MultipartUpload {
    let (identifier, key, bucket) = (exchange.query.first("uploadId") ?? "", exchange.key, exchange.bucket)
    return try await uploads { (store) throws(StorageError) in
      try await store.upload(identifier, of: key, in: bucket)
    }
  }

  private func writer(of upload: MultipartUpload, _ exchange: S3Exchange) async throws(S3Error) -> any PartWriter {
    let bucket = exchange.bucket
    return try await uploads { (store) throws(StorageError) in try await store.partWriter(of: upload, in: bucket) }
  }
}

extension UploadedPart {
  /// A part whose content came whole, now.
  fileprivate init(_ number: Int, _ content: IncomingObject.Content) {
    self.init(
      number: number, size: content.size, etag: content.md5, modified: Clock.now(), checksums: content.checksums,
      crc32: content.crc32)
  }
}
