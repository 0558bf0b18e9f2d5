/// The description of a block's own codes, as it is read (RFC 1951, 3.2.7).
struct DeflateBlockHeader: Sendable {
  /// The order in which the lengths of the code for lengths come.
  private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

  private var literalCount = 0
  private var distanceCount = 0
  /// How many lengths of the code for lengths there are.
  private(set) var codeLengthCount = 0
  private var codeLengthLengths = [UInt8](repeating: 0, count: order.count)
  private var codeLengthCode: DeflateHuffmanTable?
  private var lengths: [UInt8] = []

  /// What the next bits of the lengths are.
  enum Reading {
    /// So many bits were used.
    case used(Int)
    case incomplete
    case broken
  }

  /// A header of which nothing has been read.
  init() {}

  /// - Parameter counts: the 14 bits of HLIT, HDIST and HCLEN.
  init(counts: Int) {
    literalCount = counts & 0x1F + 257
    distanceCount = counts >> 5 & 0x1F + 1
    codeLengthCount = counts >> 10 + 4
  }

  /// Whether no decoder would refuse the counts.
  var isSound: Bool { literalCount <= 286 && distanceCount <= 30 }

  mutating func setCodeLengthLength(_ length: UInt8, _ index: Int) { codeLengthLengths[Self.order[index]] = length }

  /// Returns false where the code for lengths is none.
  mutating func finishCodeLengthCode() -> Bool {
    codeLengthCode = DeflateHuffmanTable(lengths: codeLengthLengths[...])
    return codeLengthCode != nil
  }

  /// Whether all lengths are there.
  var isComplete: Bool { lengths.count == literalCount + distanceCount }

  /// The codes that the lengths make; nil where they make none.
  var codes: DeflateCodes? {
    DeflateCodes(lengths: lengths[..<literalCount], distances: lengths[literalCount...])
  }

  /// Reads a length, or a run of them, from the next `count` bits.
  mutating func readLength(_ bits: UInt64, count: Int) -> Reading {
    guard let codeLengthCode else { return .broken }
    switch codeLengthCode.lookUp(bits, count: count) {
    case .incomplete: return .incomplete
    case .unused: return .broken
    case .symbol(let symbol, let used):
      if symbol < 16 {
        lengths.append(UInt8(truncatingIfNeeded: symbol))
        return .used(used)
      }
      return readRun(symbol, bits, used: used, count: count)
    }
  }

  private mutating func readRun(_ symbol: Int, _ bits: UInt64, used: Int, count: Int) -> Reading {
    let (extra, base) = symbol == 16 ? (2, 3) : symbol == 17 ? (3, 3) : (7, 11)
    guard used + extra <= count else { return .incomplete }
    let repetitions = base + Int(bits &>> UInt64(used) & (1 &<< UInt64(extra) - 1))
    let value = symbol == 16 ? lengths.last : 0
    guard let value, lengths.count + repetitions <= literalCount + distanceCount else { return .broken }
    lengths += repeatElement(value, count: repetitions)
    return .used(used + extra)
  }
}
