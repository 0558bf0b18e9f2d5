/// One page of a listing.
public struct ListingPage<Entry: Sendable>: Sendable {
  /// What is listed by itself, in the order of keys.
  public var entries: [Entry]
  /// The beginnings of keys that are listed as one, up to and with the delimiter, in their order.
  public var commonPrefixes: [String]
  /// Whether there is more.
  public var isTruncated: Bool
  /// The last key or common prefix on the page, behind which the next page begins; nil for an empty page.
  public var lastItem: String?

  /// A page.
  public init(
    entries: [Entry] = [], commonPrefixes: [String] = [], isTruncated: Bool = false, lastItem: String? = nil
  ) {
    self.entries = entries
    self.commonPrefixes = commonPrefixes
    self.isTruncated = isTruncated
    self.lastItem = lastItem
  }

  /// The same page with something else for each entry, or nothing.
  public func compactMap<Other: Sendable>(_ body: (Entry) -> Other?) -> ListingPage<Other> {
    ListingPage<Other>(
      entries: entries.compactMap(body), commonPrefixes: commonPrefixes, isTruncated: isTruncated, lastItem: lastItem)
  }

  /// All keys and common prefixes on the page.
  func keys(_ key: (Entry) -> String) -> some Sequence<String> { entries.map(key) + commonPrefixes }

  /// What the next page begins behind; nil on the last one.
  public var nextMarker: String? { isTruncated ? lastItem : nil }
}
