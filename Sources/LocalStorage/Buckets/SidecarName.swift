internal import Digests
internal import HTTPSemantics

/// The name of a file that holds an object's metadata beside it: 32 hexadecimal digits. An attribute that names anything
/// else, such as a path, names no file.
struct SidecarName: Hashable, Sendable, CustomStringConvertible {
  let text: String

  private static let byteCount = 16

  /// A name that nothing else has.
  init() { text = Hexadecimal.encode(SecureRandom.bytes(Self.byteCount)) }

  /// Nil for what is no such name.
  init?(_ text: String) {
    guard text.utf8.count == 2 * Self.byteCount, text.utf8.allSatisfy(Self.isDigit) else { return nil }
    self.text = text
  }

  var description: String { text }

  private static func isDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
    default: false
    }
  }
}
