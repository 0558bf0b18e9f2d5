internal import HTTPSemantics
public import Journal

/// The strings of pages and problem documents in one language.
///
/// They stand in `www/words/`, a file for each language, where nginx reads them as server-side includes for the pages that
/// it makes without the program. The program has the same files built in (`Words` in this target's folder leads there).
public struct LocalizedStrings: Sendable {
  private static let tables: [ActivityLanguage: [String: String]] = [
    .english: StringsFile.parse(PackageResources.en_html),
    .russian: StringsFile.parse(PackageResources.ru_html),
    .spanish: StringsFile.parse(PackageResources.es_html),
  ]

  /// The language.
  public let language: ActivityLanguage
  private let table: [String: String]

  /// The strings of a language.
  public init(_ language: ActivityLanguage) {
    self.language = language
    table = Self.tables[language] ?? [:]
  }

  /// A string that pages have by its name.
  public subscript(_ word: StringKey) -> String { self[word.rawValue] }

  /// A string by the name that it has in the files. A test looks that none is missing.
  subscript(_ name: String) -> String { table[name] ?? name }

  /// A string with values in place of `{name}`.
  public func text(_ word: StringKey, _ values: KeyValuePairs<String, String>) -> String { text(word.rawValue, values) }

  func text(_ name: String, _ values: KeyValuePairs<String, String>) -> String {
    var text = ""
    var rest = self[name][...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      let key = rest[rest.index(after: open)..<close]
      text += rest[..<open]
      text += values.first { $0.key == key }?.value ?? String(rest[open...close])
      rest = rest[rest.index(after: close)...]
    }
    return text + rest
  }

  /// The names of all strings.
  var names: Set<String> { Set(table.keys) }

  /// A number of bytes as people read it: 5,242,880 are 5 MB, as file managers count them.
  public func size(_ bytes: UInt64) -> String {
    SizeText.format(
      bytes, units: [self[.unitByte], self[.unitKB], self[.unitMB]], decimalPoint: self[.decimalPoint], .short)
  }
}
