/// The languages that a client prefers (RFC 9110 §12.5.4).
public enum AcceptLanguage {
  /// The first of the client's languages, by quality and then by order, for which there is one among `available`, found
  /// by lookup (RFC 4647 §3.4): `es-419` is served by `es`, but `en` not by `en-GB`.
  ///
  /// - Returns: an element of `available`, spelled as there, or else `defaultLanguage`.
  public static func choose(_ header: String?, among available: [String], default defaultLanguage: String) -> String {
    let ranges = WeightedList.parse(header ?? "")
    // Swift's sort is stable, so that languages of one quality stay in their order.
    for range in ranges.filter({ $0.quality > 0 && $0.value != "*" }).sorted(by: { $0.quality > $1.quality }) {
      var subtags = range.value.split(separator: "-", omittingEmptySubsequences: false)
      while !subtags.isEmpty {
        let tag = subtags.joined(separator: "-")
        if let match = available.first(where: { $0.equalsIgnoringASCIICase(tag) }) { return match }
        subtags.removeLast()
        // A single letter only introduces the subtags after it.
        if subtags.count > 1, subtags.last?.utf8.count == 1 { subtags.removeLast() }
      }
    }
    return defaultLanguage
  }
}
