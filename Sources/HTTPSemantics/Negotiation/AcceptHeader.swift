/// The media types that a client accepts (RFC 9110 §12.5.1).
public struct AcceptHeader: Sendable {
  private let elements: [WeightedList.Element]

  /// Parses an `Accept` field; malformed elements are left out.
  public init(parsing text: String) {
    elements = WeightedList.parse(text)
  }

  /// The quality, 0 to 1000, that the client gives to the type `essence` (lower case), by the most specific range that
  /// matches: the type itself, `type/*`, or `*/*`. Parameters of ranges do not count.
  public func quality(of essence: String) -> Int {
    if let listed = listedQuality(of: essence) { return listed }
    let anySubtype = essence.prefix { $0 != "/" } + "/*"
    return listedQuality(of: String(anySubtype)) ?? listedQuality(of: "*/*") ?? 0
  }

  /// The best quality with which a range is listed just so; nil if it is not.
  private func listedQuality(of range: String) -> Int? {
    elements.lazy.filter { $0.value == range }.map(\.quality).max()
  }

  /// Whether an answer, above all an error, should be a page: HTML is named, and with a higher quality than JSON
  /// is named. Browsers name it; a program that accepts anything (`*/*`), or says nothing, gets JSON.
  public static func prefersHTML(accept: String?) -> Bool {
    guard let accept else { return false }
    let header = AcceptHeader(parsing: accept)
    let json = ["application/json", "application/problem+json"].compactMap(header.listedQuality).max() ?? 0
    return header.listedQuality(of: "text/html").map { $0 > json } ?? false
  }
}
