/// The two codes of a block: literals and lengths, and distances (RFC 1951, 3.2.5).
struct DeflateCodes: Sendable {
  /// The most bits that a length and its distance take.
  static let longestSymbol = 48

  private static let endOfBlock = 256
  private static let lengthBases: [UInt16] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
  ]
  private static let lengthExtraBits: [UInt8] = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let distanceCount = 30

  /// The codes that need no description (3.2.6).
  static let fixed: DeflateCodes = {
    var lengths = [UInt8](repeating: 8, count: 288)
    for symbol in 144..<256 { lengths[symbol] = 9 }
    for symbol in 256..<280 { lengths[symbol] = 7 }
    let distances = [UInt8](repeating: 5, count: 32)
    return DeflateCodes(lengths: lengths[...], distances: distances[...]) ?? DeflateCodes()
  }()

  private var lengths: DeflateHuffmanTable?
  private var distances: DeflateHuffmanTable?

  /// What the next bits are.
  enum Item {
    /// A literal, at distance 0, or a copy of earlier bytes; `bits` are those that it takes.
    case data(length: Int, distance: Int, bits: Int)
    case endOfBlock(bits: Int)
    case incomplete
    case broken
  }

  private init() {}

  /// - Parameters:
  ///   - lengths: of the codes for literals and lengths.
  ///   - distances: of the codes for distances.
  init?(lengths: ArraySlice<UInt8>, distances: ArraySlice<UInt8>) {
    guard let lengths = DeflateHuffmanTable(lengths: lengths), let distances = DeflateHuffmanTable(lengths: distances)
    else {
      return nil
    }
    self.lengths = lengths
    self.distances = distances
  }

  /// Reads one item of the next `count` bits.
  func read(_ bits: UInt64, count: Int) -> Item {
    guard let lengths else { return .broken }
    switch lengths.lookUp(bits, count: count) {
    case .incomplete: return .incomplete
    case .unused: return .broken
    case .symbol(let symbol, let used):
      if symbol < Self.endOfBlock { return .data(length: 1, distance: 0, bits: used) }
      if symbol == Self.endOfBlock { return .endOfBlock(bits: used) }
      return copy(symbol - Self.endOfBlock - 1, bits, used: used, count: count)
    }
  }

  private func copy(_ code: Int, _ bits: UInt64, used: Int, count: Int) -> Item {
    guard code < Self.lengthBases.count, let distances else { return .broken }
    let lengthBits = Int(Self.lengthExtraBits[code])
    let atDistance = used + lengthBits
    guard atDistance <= count else { return .incomplete }
    let length = Int(Self.lengthBases[code]) + Self.field(bits, used, lengthBits)
    switch distances.lookUp(bits &>> UInt64(atDistance), count: count - atDistance) {
    case .incomplete: return .incomplete
    case .unused: return .broken
    case .symbol(let symbol, let size):
      guard symbol < Self.distanceCount else { return .broken }
      let extra = symbol < 2 ? 0 : symbol / 2 - 1
      let end = atDistance + size + extra
      guard end <= count else { return .incomplete }
      let base = symbol < 2 ? symbol + 1 : (2 + symbol % 2) << extra + 1
      return .data(length: length, distance: base + Self.field(bits, atDistance + size, extra), bits: end)
    }
  }

  private static func field(_ bits: UInt64, _ start: Int, _ length: Int) -> Int {
    Int(bits &>> UInt64(start) & (1 &<< UInt64(length) - 1))
  }
}
