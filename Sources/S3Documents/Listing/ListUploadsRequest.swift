public import HTTPSemantics

/// The parameters of ListMultipartUploads: `GET /bucket?uploads`. Uploads are in the order of their keys, those of one
/// key in the order of their ids.
public struct ListUploadsRequest: Sendable, Equatable {
  /// Which keys, and how many uploads.
  public let scope: ListingScope
  /// The key or common prefix behind which the page begins; empty for the first page.
  public let keyMarker: String
  /// Where it is not empty, the page has also the uploads of `keyMarker` whose ids are behind this one.
  public let uploadIDMarker: String

  /// Takes the parameters. An upload's id without a key counts for nothing, as S3 has it.
  ///
  /// - Throws: `InvalidArgument`.
  public init(_ query: QueryParameters) throws(S3Error) {
    scope = try ListingScope(query, limitName: "max-uploads")
    keyMarker = try query.text("key-marker") ?? ""
    uploadIDMarker = keyMarker.isEmpty ? "" : try query.text("upload-id-marker") ?? ""
  }

  /// The page that was asked for, still empty. Uploads of `keyMarker` up to `uploadIDMarker` are the caller's to leave
  /// out.
  public func collator<Entry>(of: Entry.Type) -> ListingCollator<Entry> {
    if keyMarker.isEmpty { return scope.collator(.beginning) }
    return scope.collator(uploadIDMarker.isEmpty ? .after(keyMarker) : .from(keyMarker))
  }
}
