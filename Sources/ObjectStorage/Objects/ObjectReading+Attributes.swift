internal import EventLoop
internal import HTTPSemantics
internal import Posix
internal import S3Documents
internal import Storage

extension ObjectReading {
  /// GetObjectAttributes.
  func attributes(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    try UnsupportedFields.refuseEncryption(exchange.fields)
    let request = try GetObjectAttributesRequest(exchange.fields)
    let metadata = try await objects.metadata(exchange)
    let response = GetObjectAttributesResponse(
      request: request, etag: metadata.etag, size: metadata.size, checksum: metadata.checksum,
      parts: metadata.partSizes.isEmpty ? nil : Self.parts(of: metadata, request),
      storageClass: StorageClass(stored: metadata.storageClass))
    await exchange.respond(
      .ok,
      HeaderFields([
        ("Content-Type", "application/xml"), ("Last-Modified", HTTPDate.format(metadata.modified.seconds)),
      ]), body: response.document)
  }

  private static func parts(
    of metadata: ObjectMetadata, _ request: GetObjectAttributesRequest
  ) -> GetObjectAttributesResponse.Parts {
    let rest = metadata.partSizes.enumerated().dropFirst(request.partMarker)
    let page = rest.prefix(request.partLimit)
    return GetObjectAttributesResponse.Parts(
      count: metadata.partSizes.count,
      parts: page.map { index, size in
        PartSummary(
          number: index + 1, lastModified: metadata.modified.seconds, etag: "", size: size,
          checksum: metadata.checksum(ofPart: index))
      },
      isTruncated: page.count < rest.count)
  }
}
