/// A text as it is searched for and in: names that differ only by case are alike.
public struct SearchText: Equatable, Sendable {
  /// In lower case. Without NUL, which databases take for the end of a text.
  public let folded: String

  /// What is searched for, or in.
  public init(_ text: String) {
    folded = Self.withoutNUL(text.lowercased())
  }

  /// The text with a space for each NUL.
  public static func withoutNUL(_ text: String) -> String {
    text.utf8.contains(0) ? String(decoding: text.utf8.map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self) : text
  }

  /// Whether another text has this one in it. An empty one is in each.
  public func isFound(in text: String) -> Bool {
    let (part, whole) = (Array(folded.utf8), Array(SearchText(text).folded.utf8))
    guard part.count <= whole.count else { return false }
    return (0...(whole.count - part.count)).contains { whole[$0..<($0 + part.count)].elementsEqual(part) }
  }

  /// Each three characters of it that stand together, once. A text that has another in it has all trigrams of that one:
  /// an index of them names the few texts to look at. Fewer than three characters have none.
  public var trigrams: [String] {
    let scalars = Array(folded.unicodeScalars)
    guard scalars.count >= 3 else { return [] }
    var seen: Set<String> = []
    return (0...(scalars.count - 3)).compactMap { start in
      var trigram = String.UnicodeScalarView()
      trigram.append(contentsOf: scalars[start..<(start + 3)])
      let text = String(trigram)
      return seen.insert(text).inserted ? text : nil
    }
  }
}
