/// A name, without a path, as UTF-8.
enum ReadableName {
  /// Every byte that is not UTF-8 as `%XX`, or as `_` where that would be too long for a file system.
  static func of(_ name: ArraySlice<UInt8>) -> [UInt8] {
    // Only bytes from 0x80 on can be ill-formed, so that each has two digits.
    let escaped = replacingIllFormedBytes(of: name) { Array("%\(String($0, radix: 16, uppercase: true))".utf8) }
    guard escaped.count > PortableName.longest else { return escaped }
    return replacingIllFormedBytes(of: name) { _ in [UInt8(ascii: "_")] }
  }

  private static func replacingIllFormedBytes(
    of name: ArraySlice<UInt8>, with replacement: (UInt8) -> [UInt8]
  ) -> [UInt8] {
    var result: [UInt8] = []
    var index = name.startIndex
    while index < name.endIndex {
      if let length = wellFormedSequenceLength(at: index, of: name) {
        result += name[index..<index + length]
        index += length
      } else {
        result += replacement(name[index])
        index += 1
      }
    }
    return result
  }
}
