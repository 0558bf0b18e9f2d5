/// The answer to ListObjectsV2, which has the same root element as that to ListObjects.
public struct ListBucketV2Result: Sendable {
  /// The bucket.
  public let bucket: BucketName
  /// What was asked for.
  public let request: ListObjectsV2Request
  /// What there is.
  public let page: ListingPage<ObjectSummary>

  /// An answer.
  public init(bucket: BucketName, request: ListObjectsV2Request, page: ListingPage<ObjectSummary>) {
    self.bucket = bucket
    self.request = request
    self.page = page
  }

  /// The document.
  public var document: [UInt8] {
    let scope = request.scope
    let encoding = EncodingType.chosen(scope.encoding, for: page.keys(\.key.text))
    return XMLWriter.document("ListBucketResult") { xml in
      xml.element("Name", bucket.text)
      xml.element("Prefix", encoding.encode(scope.prefix))
      xml.element(optional: "StartAfter", request.startAfter.map(encoding.encode))
      xml.element(optional: "ContinuationToken", request.continuationToken)
      xml.element(optional: "NextContinuationToken", page.nextMarker.map(ContinuationToken.make))
      xml.element("KeyCount", page.entries.count + page.commonPrefixes.count)
      xml.scope(scope, encoding, limitName: "MaxKeys", isTruncated: page.isTruncated)
      for entry in page.entries { entry.write(to: &xml, encoding, showsOwner: request.fetchesOwner) }
      xml.commonPrefixes(page.commonPrefixes, encoding)
    }
  }
}
