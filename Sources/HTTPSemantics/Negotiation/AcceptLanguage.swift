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
      if let match = lookUp(range.value, among: available) { return match }
    }
    return defaultLanguage
  }
  /// Takes subtags off the end of a range until what is left is available.
  private static func lookUp(_ range: String, among available: [String]) -> String? {
    let bytes = Array(range.utf8)
    var tag = bytes[...]
    while true {
      // Most lengths are no language's, so that a range of thousands of subtags costs no more than its length.
      if let match = available.first(where: { $0.utf8.count == tag.count && equals($0, tag) }) { return match }
      guard let dash = tag.lastIndex(of: ASCII.dash) else { return nil }
      tag = tag[..<dash]
      // A single letter only introduces the subtags after it.
      if let inner = tag.lastIndex(of: ASCII.dash), tag.endIndex - inner == 2 { tag = tag[..<inner] }
    }
  }

  private static func equals(_ language: String, _ tag: ArraySlice<UInt8>) -> Bool {
    zip(language.utf8, tag).allSatisfy { ASCII.lowercased($0) == ASCII.lowercased($1) }
  }
}
