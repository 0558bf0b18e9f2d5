/// What a listing says of a bucket.
public struct BucketSummary: Sendable, Equatable {
  /// The name.
  public let name: BucketName
  /// When it was made, in seconds since 1970.
  public let created: Int64

  /// A bucket.
  public init(name: BucketName, created: Int64) {
    self.name = name
    self.created = created
  }
}

/// The answer to ListBuckets.
public struct ListAllMyBucketsResult: Sendable {
  /// The account that asks.
  public let owner: Owner
  /// The region of all buckets.
  public let region: String
  /// What was asked for.
  public let request: ListBucketsRequest
  /// What there is.
  public let page: ListingPage<BucketSummary>

  /// An answer.
  public init(owner: Owner, region: String, request: ListBucketsRequest, page: ListingPage<BucketSummary>) {
    self.owner = owner
    self.region = region
    self.request = request
    self.page = page
  }

  /// The document.
  public var document: [UInt8] {
    XMLWriter.document("ListAllMyBucketsResult") { xml in
      xml.element("Owner", owner)
      xml.element("Buckets") { xml in
        for bucket in page.entries {
          xml.element("Bucket") { xml in
            xml.element("Name", bucket.name.text)
            xml.element("CreationDate", time: bucket.created)
            xml.element("BucketRegion", region)
          }
        }
      }
      xml.element(optional: "ContinuationToken", page.nextMarker.map(ContinuationToken.make))
      if !request.prefix.isEmpty { xml.element("Prefix", request.prefix) }
    }
  }
}
