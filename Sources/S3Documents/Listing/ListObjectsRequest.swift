public import HTTPSemantics

/// The parameters of ListObjects: `GET /bucket`.
public struct ListObjectsRequest: Sendable, Equatable {
  /// Which keys, and how many.
  public let scope: ListingScope
  /// The key or common prefix behind which the page begins; empty for the first page.
  public let marker: String

  /// Takes the parameters.
  ///
  /// - Throws: `InvalidArgument`.
  public init(_ query: QueryParameters) throws(S3Error) {
    scope = try ListingScope(query, limitName: "max-keys")
    marker = try query.text("marker") ?? ""
  }

  /// The page that was asked for, still empty.
  public func collator<Entry>(of: Entry.Type) -> ListingCollator<Entry> {
    scope.collator(marker.isEmpty ? .beginning : .after(marker))
  }
}
