internal import EventLoop
internal import HTTPSemantics
internal import LocalStorage
internal import Posix
internal import S3Documents
internal import Storage

extension ObjectStorage {
  /// GetObjectAttributes.
  func attributes(_ exchange: S3Exchange) async throws(S3Error) {
    try refuseEncryption(exchange.fields)
    let request = try GetObjectAttributesRequest(exchange.fields)
    let facts = try await facts(exchange)
    let response = GetObjectAttributesResponse(
      request: request, etag: facts.etag, size: facts.size, checksum: facts.checksum,
      parts: facts.partSizes.isEmpty ? nil : Self.parts(of: facts, request),
      storageClass: StorageClass(kept: facts.storageClass))
    await exchange.respond(
      .ok,
      HeaderFields([
        ("Content-Type", "application/xml"), ("Last-Modified", HTTPDate.format(facts.modified.seconds)),
      ]), body: response.document)
  }

  private static func parts(
    of facts: ObjectMetadata, _ request: GetObjectAttributesRequest
  ) -> GetObjectAttributesResponse.Parts {
    let rest = facts.partSizes.enumerated().dropFirst(request.partMarker)
    let page = rest.prefix(request.partLimit)
    return GetObjectAttributesResponse.Parts(
      count: facts.partSizes.count,
      parts: page.map { index, size in
        PartSummary(
          number: index + 1, lastModified: facts.modified.seconds, etag: "", size: size,
          checksum: facts.checksum(ofPart: index))
      },
      isTruncated: page.count < rest.count)
  }
}
