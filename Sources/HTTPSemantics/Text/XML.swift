/// Text in XML 1.0, written in one place.
public enum XML {
  /// `text` made inert in element content and in quoted attribute values.
  ///
  /// The five special characters become references; so do tab, LF and CR, which a reader would otherwise normalise.
  /// Characters that no XML document can hold, even as references (§2.2), become U+FFFD.
  public static func escape(_ text: String) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 16)
    for byte in text.utf8 {
      if let reference = CharacterReference.of(byte) {
        bytes.append(contentsOf: reference.utf8)
        continue
      }
      switch byte {
      case ASCII.tab: bytes.append(contentsOf: "&#9;".utf8)
      case ASCII.lineFeed: bytes.append(contentsOf: "&#10;".utf8)
      case ASCII.carriageReturn: bytes.append(contentsOf: "&#13;".utf8)
      case 0..<0x20: bytes.append(contentsOf: "\u{FFFD}".utf8)
      // The last byte of U+FFFE or U+FFFF becomes that of U+FFFD, which begins as they do.
      case 0xBE, 0xBF: bytes.append(bytes.suffix(2).elementsEqual([0xEF, 0xBF]) ? 0xBD : byte)
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether a document can hold `text` as it is: no other text is escaped to the same (XML 1.0 §2.2).
  public static func canHold(_ text: String) -> Bool {
    var before: (UInt8, UInt8) = (0, 0)
    for byte in text.utf8 {
      switch byte {
      case ASCII.tab, ASCII.lineFeed, ASCII.carriageReturn: break
      case 0..<0x20: return false
      case 0xBE, 0xBF: if before == (0xEF, 0xBF) { return false }
      default: break
      }
      before = (before.1, byte)
    }
    return true
  }
}
