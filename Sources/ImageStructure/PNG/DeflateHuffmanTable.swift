/// A code of deflate (RFC 1951, 3.2.2), for looking up symbols.
struct DeflateHuffmanTable: Sendable {
  /// Bits that are looked up at once; longer codes are rare and are followed bit by bit.
  private static let rootBits = 10
  private static let longestCode = 15

  /// By the next `rootBits` bits: symbol << 4 | length of its code, or 0 for a longer or an unused one.
  private var root = [UInt16](repeating: 0, count: 1 << rootBits)
  /// How many codes there are of each length.
  private var counts = [Int](repeating: 0, count: longestCode + 1)
  /// Symbols in the order of their codes.
  private var symbols: [UInt16] = []

  /// What the next bits are.
  enum Lookup {
    case symbol(Int, length: Int)
    /// There are not enough bits to tell.
    case incomplete
    /// No code begins so.
    case unused
  }

  /// - Parameter lengths: of each symbol's code in bits, 0 to 15; 0 for a symbol without one.
  /// - Returns: nil where there are more codes of a length than can be distinguished.
  init?(lengths: ArraySlice<UInt8>) {
    for length in lengths where length > 0 { counts[Int(length)] += 1 }
    var free = 1
    var next = [Int](repeating: 0, count: Self.longestCode + 2)
    var places = next
    var code = 0
    for length in 1...Self.longestCode {
      free = free << 1 - counts[length]
      guard free >= 0 else { return nil }
      next[length] = code
      code = (code + counts[length]) << 1
      places[length + 1] = places[length] + counts[length]
    }
    symbols = [UInt16](repeating: 0, count: places[Self.longestCode + 1])
    for (symbol, length) in lengths.enumerated() where length > 0 {
      let length = Int(length)
      symbols[places[length]] = UInt16(truncatingIfNeeded: symbol)
      places[length] += 1
      if length <= Self.rootBits { fill(code: next[length], length: length, symbol: symbol) }
      next[length] += 1
    }
  }

  /// Enters a code for all bits that may follow it. Codes come with their highest bit first.
  private mutating func fill(code: Int, length: Int, symbol: Int) {
    var reversed = 0
    for bit in 0..<length where code & 1 << bit != 0 { reversed |= 1 << (length - 1 - bit) }
    let entry = UInt16(truncatingIfNeeded: symbol << 4 | length)
    for index in stride(from: reversed, to: 1 << Self.rootBits, by: 1 << length) { root[index] = entry }
  }

  /// Looks at the next `count` bits, the lowest first.
  func lookUp(_ bits: UInt64, count: Int) -> Lookup {
    let entry = Int(root[Int(bits & UInt64(1 << Self.rootBits - 1))])
    if entry != 0 {
      let length = entry & 0xF
      return length <= count ? .symbol(entry >> 4, length: length) : .incomplete
    }
    return followBits(bits, count: count)
  }

  private func followBits(_ bits: UInt64, count: Int) -> Lookup {
    var code = 0
    var first = 0
    var index = 0
    for length in 1...Self.longestCode {
      guard length <= count else { return .incomplete }
      code |= Int(bits >> UInt64(length - 1) & 1)
      if code - first < counts[length] { return .symbol(Int(symbols[index + code - first]), length: length) }
      index += counts[length]
      first = (first + counts[length]) << 1
      code <<= 1
    }
    return .unused
  }
}
