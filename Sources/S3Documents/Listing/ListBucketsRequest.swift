public import HTTPSemantics

/// The parameters of ListBuckets: `GET /`.
public struct ListBucketsRequest: Sendable, Equatable {
  /// What the names begin with.
  public let prefix: String
  /// The name behind which the page begins; empty for the first page.
  public let marker: String
  /// Buckets on the page at most.
  public let limit: Int

  /// Takes the parameters.
  ///
  /// - Throws: `InvalidArgument`.
  public init(_ query: QueryParameters) throws(S3Error) {
    prefix = try query.text("prefix") ?? ""
    marker = try ContinuationToken.item(try query.text("continuation-token") ?? "")
    limit = try query.limit("max-buckets", maximum: 10_000)
    guard limit > 0 else {
      throw .invalidArgument(
        "Argument max-buckets must be an integer between 1 and 10000.", name: "max-buckets", value: "0")
    }
  }

  /// The page that was asked for, still empty.
  public func collator<Entry>(of: Entry.Type) -> ListingCollator<Entry> {
    ListingCollator(prefix: prefix, start: marker.isEmpty ? .beginning : .after(marker), limit: limit)
  }
}
