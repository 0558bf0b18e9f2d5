/// A name, without a path, as every system can write it.
///
/// Windows takes no `\ : * ? " < > |` and no control characters, drops dots and spaces at the end, and keeps some names for
/// devices; a reader there skips such a member, or writes it to another place than the archive says.
public enum PortableName {
  /// The longest name, in bytes, that common file systems take.
  static let longest = 255

  private static let reserved = Set("\\:*?\"<>|/".utf8)
  private static let devices: Set<String> = Set(["con", "prn", "aux", "nul", "clock$", "conin$", "conout$"])
    .union("0123456789¹²³".flatMap { ["com\($0)", "lpt\($0)"] })

  /// The name with what some system does not take replaced; the name itself where every system takes it.
  ///
  /// A byte that is not UTF-8 becomes `%XX`, any other character that is not taken, and each dot or space at the end, `_`;
  /// the name of a device gets a `_` behind it: `CON_.jpg`.
  public static func of(_ name: [UInt8]) -> [UInt8] {
    guard needsChange(name) else { return name }
    let readable = withoutReserved(ReadableName.of(name[...]))
    // The name of a device grows by a byte.
    var result = fitting(readable, infix: [], limit: deviceEnd(of: readable) == nil ? longest : longest - 1)
    for index in result.indices.reversed() {
      guard result[index] == UInt8(ascii: ".") || result[index] == UInt8(ascii: " ") else { break }
      result[index] = UInt8(ascii: "_")
    }
    if let end = deviceEnd(of: result) { result.insert(UInt8(ascii: "_"), at: end) }
    return result
  }

  /// Whether two names are one on a system that does not tell cases or normal forms apart: if what this gives of them is
  /// equal.
  static func folded(_ name: [UInt8]) -> String {
    // Through capitals, so that `ß` and `ſ` meet what they are written as there; small letters before them, so that the
    // capital `ẞ` does, too. Strings are compared by canonical equivalence.
    String(decoding: name, as: UTF8.self).lowercased().uppercased().lowercased()
  }

  /// A name with a number in front of its extension: `photo.jpg` and 2 give `photo~2.jpg`.
  static func numbered(_ name: [UInt8], _ number: Int) -> [UInt8] {
    fitting(name, infix: Array("~\(number)".utf8))
  }

  /// A name with something in front of its extension, cut there to what file systems take.
  private static func fitting(_ name: [UInt8], infix: [UInt8], limit: Int = longest) -> [UInt8] {
    var dot = name.lastIndex(of: UInt8(ascii: ".")) ?? name.endIndex
    // What is so long is no extension.
    if name.endIndex - dot > longest / 2 { dot = name.endIndex }
    let suffix = infix + name[dot...]
    var stem = name[..<dot]
    while stem.count + suffix.count > limit, let last = stem.popLast() {
      // A character goes whole, back to its first byte.
      if last & 0xC0 == 0x80 { while let more = stem.popLast(), more & 0xC0 == 0x80 {} }
    }
    return stem + suffix
  }

  private static func needsChange(_ name: [UInt8]) -> Bool {
    guard name.count <= longest else { return true }
    var isASCII = true
    for byte in name {
      if byte < 0x20 || byte == 0x7F || reserved.contains(byte) { return true }
      if byte >= 0x80 { isASCII = false }
    }
    if let last = name.last, last == UInt8(ascii: ".") || last == UInt8(ascii: " ") { return true }
    if !isASCII, !isUTF8(name) || hasC1Control(name) { return true }
    return deviceEnd(of: name) != nil
  }

  private static func hasC1Control(_ name: [UInt8]) -> Bool {
    zip(name, name.dropFirst()).contains { $0 == 0xC2 && (0x80...0x9F).contains($1) }
  }

  /// - Parameter name: UTF-8.
  private static func withoutReserved(_ name: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var index = 0
    while index < name.count {
      let byte = name[index]
      if byte < 0x20 || byte == 0x7F || reserved.contains(byte) {
        result.append(UInt8(ascii: "_"))
      } else if byte == 0xC2, index + 1 < name.count, name[index + 1] < 0xA0 {
        // A control character of the second set, U+0080 to U+009F.
        result.append(UInt8(ascii: "_"))
        index += 1
      } else {
        result.append(byte)
      }
      index += 1
    }
    return result
  }

  /// Where the name of a device ends in this name, which Windows takes for the device whatever follows a dot; nil where
  /// there is none.
  private static func deviceEnd(of name: [UInt8]) -> Int? {
    var stem = name[..<(name.firstIndex(of: UInt8(ascii: ".")) ?? name.endIndex)]
    while stem.last == UInt8(ascii: " ") { stem.removeLast() }
    // The longest of them has seven letters.
    guard (3...7).contains(stem.count) else { return nil }
    return devices.contains(String(decoding: stem, as: UTF8.self).lowercased()) ? stem.endIndex : nil
  }
}
