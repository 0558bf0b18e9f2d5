public import HTTPSemantics

/// The parameters of ListObjectVersions: `GET /bucket?versions`. Every object here has one version, `null`.
public struct ListVersionsRequest: Sendable, Equatable {
  /// Which keys, and how many.
  public let scope: ListingScope
  /// The key or common prefix behind which the page begins; empty for the first page.
  public let keyMarker: String
  /// The version of `keyMarker` behind which it begins.
  public let versionIDMarker: String?

  /// Takes the parameters.
  ///
  /// - Throws: `InvalidArgument`.
  public init(_ query: QueryParameters) throws(S3Error) {
    scope = try ListingScope(query, limitName: "max-keys")
    keyMarker = try query.text("key-marker") ?? ""
    versionIDMarker = try query.text("version-id-marker")
    if let versionIDMarker, !versionIDMarker.isEmpty, keyMarker.isEmpty {
      throw .invalidArgument(
        "A version-id marker cannot be specified without a key marker.", name: "version-id-marker",
        value: versionIDMarker)
    }
  }

  /// The page that was asked for, still empty.
  public func collator<Entry>(of: Entry.Type) -> ListingCollator<Entry> {
    scope.collator(keyMarker.isEmpty ? .beginning : .after(keyMarker))
  }
}
