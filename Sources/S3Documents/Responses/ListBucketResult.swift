/// The answer to ListObjects.
public struct ListBucketResult: Sendable {
  /// The bucket.
  public let bucket: BucketName
  /// What was asked for.
  public let request: ListObjectsRequest
  /// What there is.
  public let page: ListingPage<ObjectSummary>

  /// An answer.
  public init(bucket: BucketName, request: ListObjectsRequest, page: ListingPage<ObjectSummary>) {
    self.bucket = bucket
    self.request = request
    self.page = page
  }

  /// The document. S3 gives `NextMarker` only with a delimiter; here it is given whenever there is more.
  public var document: [UInt8] {
    let scope = request.scope
    let encoding = EncodingType.chosen(scope.encoding, for: page.keys(\.key.text))
    return XMLWriter.document("ListBucketResult") { xml in
      xml.element("Name", bucket.text)
      // S3 encodes it too, but its own SDK decodes all but this.
      xml.element("Prefix", scope.prefix)
      xml.element("Marker", encoding.encode(request.marker))
      xml.element(optional: "NextMarker", page.nextMarker.map(encoding.encode))
      xml.scope(scope, encoding, limitName: "MaxKeys", isTruncated: page.isTruncated)
      for entry in page.entries { entry.write(to: &xml, encoding, showsOwner: true) }
      xml.commonPrefixes(page.commonPrefixes, encoding)
    }
  }
}

extension XMLWriter {
  /// What every listing of a bucket repeats of its request, beside the prefix and the markers.
  mutating func scope(_ scope: ListingScope, _ encoding: EncodingType?, limitName: String, isTruncated: Bool) {
    element(limitName, scope.limit)
    if !scope.delimiter.isEmpty { element("Delimiter", encoding.encode(scope.delimiter)) }
    element(optional: "EncodingType", encoding?.rawValue)
    element("IsTruncated", isTruncated)
  }
}
