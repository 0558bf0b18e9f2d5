/// From path to key. What this takes may still be no path that a key has: the caller encodes the key again, and compares.
extension ObjectPath {
  static func decoded(_ path: [UInt8]) -> (ObjectKey, Form)? {
    let names = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    var key: [UInt8] = []
    var form = Form.plain
    for (index, name) in names.enumerated() {
      let isLast = index == names.count - 1
      guard let (mark, text) = decoded(name: name) else { return nil }
      key.append(contentsOf: text)
      switch mark {
      case .continued where isLast: return nil
      case .continued: continue
      case .shadowed where !isLast: return nil
      case .shadowed: form = .shadowed
      case .literal: break
      }
      if !isLast { key.append(UInt8(ascii: "/")) }
    }
    guard let key = try? ObjectKey(key) else { return nil }
    return (key, form)
  }

  /// The mark of a name (`literal` for a plain one), and the text that it stands for.
  private static func decoded(name: ArraySlice<UInt8>) -> (NameMark, [UInt8])? {
    guard name.first == NameMark.escape else { return (.literal, Array(name)) }
    guard let mark = name.dropFirst().first.flatMap(NameMark.init) else { return nil }
    var text: [UInt8] = []
    var rest = name.dropFirst(2)
    while let byte = rest.popFirst() {
      guard byte == NameMark.escape else {
        text.append(byte)
        continue
      }
      let digits = rest.prefix(2)
      if digits.elementsEqual("25".utf8) {
        text.append(NameMark.escape)
      } else if digits.elementsEqual("00".utf8) {
        text.append(0)
      } else {
        return nil
      }
      rest = rest.dropFirst(2)
    }
    return (mark, text)
  }
}
