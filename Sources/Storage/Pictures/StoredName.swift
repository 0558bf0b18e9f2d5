/// The name of a published file: one path segment that is not hidden. No other text reaches a path.
public struct StoredName: Hashable, Sendable, CustomStringConvertible {
  /// The name, 1 to 255 bytes of UTF-8 without `/` and NUL.
  public let text: String

  /// Nil for what is no such name.
  public init?(_ text: String) {
    let bytes = text.utf8
    guard
      (1...255).contains(bytes.count), bytes.first != UInt8(ascii: "."),
      bytes.allSatisfy({ $0 != 0 && $0 != UInt8(ascii: "/") })
    else { return nil }
    self.text = text
  }

  /// Nil for bytes that are no UTF-8, or no such name.
  public init?(_ bytes: [UInt8]) {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    self.init(text)
  }

  /// What follows the last dot; empty where there is none.
  public var pathExtension: String {
    text.lastIndex(of: ".").map { String(text[text.index(after: $0)...]) } ?? ""
  }

  /// The name.
  public var description: String { text }
}
