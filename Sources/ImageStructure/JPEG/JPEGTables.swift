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

  /// DHT (B.2.4.2).
  static func checkHuffman(_ content: [UInt8]) throws(Corruption) {
    var index = 0
    while index < content.count {
      guard content.count - index >= 17 else { throw .segmentLength }
      guard content[index] >> 4 <= 1, content[index] & 0x0F <= 3 else { throw .tableSegment }
      let codes = content[index + 1..<index + 17].reduce(0) { $0 + Int($1) }
      guard codes <= 256 else { throw .tableSegment }
      index += 17 + codes
    }
    guard index == content.count else { throw .segmentLength }
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
