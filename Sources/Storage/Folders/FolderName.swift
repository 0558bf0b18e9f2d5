/// The name of a photo folder: 1 to 128 of `A-Z a-z 0-9 _ -`. No other text reaches a path.
public struct FolderName: Hashable, Sendable, CustomStringConvertible {
  /// The name.
  public let text: String

  /// Nil for what is no such name.
  public init?(_ text: String) {
    let isValid = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard (1...128).contains(text.utf8.count), isValid else { return nil }
    self.text = text
  }

  /// The name.
  public var description: String { text }
}
