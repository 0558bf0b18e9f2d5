public import HTTPSemantics

/// The parameters of ListObjectsV2: `GET /bucket?list-type=2`.
public struct ListObjectsV2Request: Sendable, Equatable {
  /// Which keys, and how many.
  public let scope: ListingScope
  /// The key behind which the first page begins, as it was sent.
  public let startAfter: String?
  /// The token of the page before this, as it was sent.
  public let continuationToken: String?
  /// Whether each object's owner is to be named.
  public let fetchesOwner: Bool
  private let marker: String

  /// Takes the parameters. A token goes before `start-after`.
  ///
  /// - Throws: `InvalidArgument`.
  public init(_ query: QueryParameters) throws(S3Error) {
    scope = try ListingScope(query, limitName: "max-keys")
    startAfter = try query.text("start-after")
    continuationToken = try query.text("continuation-token")
    fetchesOwner = try query.text("fetch-owner")?.equalsIgnoringASCIICase("true") ?? false
    if let continuationToken, !continuationToken.isEmpty {
      marker = try ContinuationToken.item(continuationToken)
    } else {
      marker = startAfter ?? ""
    }
  }

  /// The page that was asked for, still empty.
  public func collator<Entry>(of: Entry.Type) -> ListingCollator<Entry> {
    scope.collator(marker.isEmpty ? .beginning : .after(marker))
  }
}
