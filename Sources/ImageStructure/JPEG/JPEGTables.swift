/// Table and miscellaneous segments (ITU-T T.81, B.2.4). Their contents are checked so that nothing else fits in them.
enum JPEGTables {
  /// DQT (B.2.4.1).
  ///
  /// - Returns: the tables that it defines, a bit for each.
  static func quantization(_ content: [UInt8]) throws(Corruption) -> UInt8 {
    var defined: UInt8 = 0
    var index = 0
    while index < content.count {
      let (precision, destination) = (content[index] >> 4, content[index] & 0x0F)
      guard precision <= 1, destination <= 3 else { throw .tableSegment }
      defined |= 1 << destination
      index += 1 + 64 * (Int(precision) + 1)
    }
    guard index == content.count else { throw .segmentLength }
    return defined
  }

  /// Where a table stands in the content of DHT.
  struct DefinedHuffmanTable {
    /// Its place among DC's at 0 to 3 and AC's at 4 to 7.
    let index: Int
    let lengths: Range<Int>
    let symbols: Range<Int>
  }

  /// DHT (B.2.4.2).
  ///
  /// - Returns: the tables that it defines.
  static func huffman(_ content: [UInt8]) throws(Corruption) -> [DefinedHuffmanTable] {
    var defined: [DefinedHuffmanTable] = []
    var index = 0
    while index < content.count {
      guard content.count - index >= 17 else { throw .segmentLength }
      guard content[index] >> 4 <= 1, content[index] & 0x0F <= 3 else { throw .tableSegment }
      let codes = content[index + 1..<index + 17].reduce(0) { $0 + Int($1) }
      guard codes <= 256 else { throw .tableSegment }
      let symbols = index + 17
      defined.append(
        DefinedHuffmanTable(
          index: Int(content[index] >> 4) * 4 + Int(content[index] & 0x0F), lengths: index + 1..<symbols,
          symbols: symbols..<symbols + codes))
      index = symbols + codes
    }
    guard index == content.count else { throw .segmentLength }
    return defined
  }

  /// DAC (B.2.4.3).
  static func checkArithmetic(_ content: [UInt8]) throws(Corruption) {
    guard content.count.isMultiple(of: 2) else { throw .segmentLength }
    for index in stride(from: 0, to: content.count, by: 2) {
      let (tableClass, destination) = (content[index] >> 4, content[index] & 0x0F)
      guard tableClass <= 1, destination <= 3 else { throw .tableSegment }
    }
  }
}
