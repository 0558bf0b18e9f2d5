internal import Digests
internal import HTTPSemantics

/// The names that small files have until they replace others, as `replaceDurably` does it: `.keys.json.0123456789abcdef`.
package enum ReplacedFile {
  private static let length = 16

  /// A name for the new content of a file, which nothing else has.
  package static func temporaryName(of name: String) -> String {
    ".\(name).\(Hexadecimal.encode(SecureRandom.bytes(length / 2)))"
  }

  /// Whether a name is of that kind. Those of earlier versions' secrets had a dash.
  package static func isTemporary(_ name: String) -> Bool {
    let digits = name.utf8.suffix(length)
    let before = name.utf8.dropLast(length)
    guard name.hasPrefix("."), before.count > 2, let mark = before.last, ".-".utf8.contains(mark) else { return false }
    return digits.allSatisfy { Hexadecimal.decode([$0, $0]) != nil }
  }
}
