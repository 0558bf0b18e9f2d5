/// A Huffman table of a JPEG, for looking up symbols (ITU-T T.81, annex C and F.2.2.3).
struct JPEGHuffmanTable: Sendable {
  static let longestCode = 16
  /// Bits that are looked up at once; longer codes are rare.
  private static let rootBits = 9

  /// By the next `rootBits` bits: symbol << 4 | length of its code, or 0 for a longer or an unused one.
  private var root = [UInt16](repeating: 0, count: 1 << rootBits)
  /// By length: the first code, how many there are, and where their symbols begin.
  private var first = [Int](repeating: 0, count: longestCode + 1)
  private var counts = [Int](repeating: 0, count: longestCode + 1)
  private var places = [Int](repeating: 0, count: longestCode + 1)
  private let symbols: [UInt8]

  /// What the next bits are.
  enum Lookup {
    case symbol(UInt8, length: Int)
    /// There are not enough bits to tell.
    case incomplete
    /// No code begins so.
    case unused
  }

  /// - Parameters:
  ///   - lengths: how many codes there are of each length from 1 to 16.
  ///   - symbols: in the order of their codes.
  init(lengths: ArraySlice<UInt8>, symbols: ArraySlice<UInt8>) {
    self.symbols = Array(symbols)
    var code = 0
    var symbolIndex = 0
    for (index, count) in lengths.enumerated() {
      let length = index + 1
      first[length] = code
      counts[length] = Int(count)
      places[length] = symbolIndex
      for offset in 0..<Int(count) where length <= Self.rootBits {
        fill(code + offset, length: length, symbol: self.symbols[symbolIndex + offset])
      }
      code = (code + Int(count)) << 1
      symbolIndex += Int(count)
    }
  }

  /// Enters a code for all bits that may follow it. One with more bits than its length can hold is left out.
  private mutating func fill(_ code: Int, length: Int, symbol: UInt8) {
    guard code < 1 << length else { return }
    let start = code << (Self.rootBits - length)
    for index in start..<start + 1 << (Self.rootBits - length) { root[index] = UInt16(symbol) << 4 | UInt16(length) }
  }

  /// Looks at the next `count` bits, which are the lowest of `bits`, the first one highest.
  func lookUp(_ bits: UInt64, count: Int) -> Lookup {
    let missing = Self.rootBits - count
    let window = missing > 0 ? bits &<< UInt64(missing) : bits &>> UInt64(-missing)
    let entry = root[Int(window & UInt64(1 << Self.rootBits - 1))]
    if entry != 0 {
      let length = Int(entry & 0xF)
      return length <= count ? .symbol(UInt8(entry >> 4), length: length) : .incomplete
    }
    for length in Self.rootBits + 1...Self.longestCode {
      guard length <= count else { return .incomplete }
      let offset = Int(bits &>> UInt64(count - length) & (1 &<< UInt64(length) - 1)) - first[length]
      if offset >= 0, offset < counts[length] { return .symbol(symbols[places[length] + offset], length: length) }
    }
    return .unused
  }
}
