/// The answer to ListObjectVersions, in which every object is its own only version.
public struct ListVersionsResult: Sendable {
  /// The bucket.
  public let bucket: BucketName
  /// What was asked for.
  public let request: ListVersionsRequest
  /// What there is.
  public let page: ListingPage<ObjectSummary>

  /// An answer.
  public init(bucket: BucketName, request: ListVersionsRequest, page: ListingPage<ObjectSummary>) {
    self.bucket = bucket
    self.request = request
    self.page = page
  }

  /// The document.
  public var document: [UInt8] {
    let scope = request.scope
    let encoding = EncodingType.chosen(scope.encoding, for: page.keys(\.key.text))
    return XMLWriter.document("ListVersionsResult") { xml in
      xml.element("Name", bucket.text)
      xml.element("Prefix", encoding.encode(scope.prefix))
      xml.element("KeyMarker", encoding.encode(request.keyMarker))
      xml.element("VersionIdMarker", request.versionIDMarker ?? "")
      if let next = page.nextMarker {
        xml.element("NextKeyMarker", encoding.encode(next))
        let endsWithKey = page.entries.last?.key.text.hasSameBytes(as: next) ?? false
        if endsWithKey { xml.element("NextVersionIdMarker", VersionID.null) }
      }
      xml.scope(scope, encoding, limitName: "MaxKeys", isTruncated: page.isTruncated)
      for entry in page.entries { entry.writeVersion(to: &xml, encoding) }
      xml.commonPrefixes(page.commonPrefixes, encoding)
    }
  }
}
