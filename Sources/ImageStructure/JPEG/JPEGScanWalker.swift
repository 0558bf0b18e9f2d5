/// Finds the end of a sequential Huffman-coded scan (ITU-T T.81, F.2.2): codes are read and their blocks counted, nothing
/// is decoded. That takes too long to do it with every picture.
struct JPEGScanWalker: Sendable {
  /// The tables of each block of a minimum coded unit, in order.
  private let blocks: [(dc: JPEGHuffmanTable, ac: JPEGHuffmanTable)]
  private let restartInterval: Int
  private var remainingUnits: Int
  private var unitsUntilRestart: Int
  private var block = 0
  /// The next coefficient of the block.
  private var coefficient = 0
  /// Bits that were taken and not used yet: the lowest `bitCount`, the next one highest.
  private var bits: UInt64 = 0
  private var bitCount = 0
  /// Bits of a value that follow its code.
  private var bitsToSkip = 0
  private var isBroken = false

  /// Whether all of the scan's blocks have come: the rest of the last byte is padding, and no byte that follows is part of
  /// the scan.
  var isDone: Bool { remainingUnits == 0 && bitsToSkip == 0 && !isBroken }

  /// - Parameters:
  ///   - header: the content of SOS, which is sound.
  ///   - tables: those defined so far, DC's at 0 to 3 and AC's at 4 to 7.
  /// - Returns: nil where a table is missing, or the coding process is another one.
  init?(_ header: [UInt8], _ frame: JPEGFrame, tables: [JPEGHuffmanTable?], restartInterval: Int) {
    guard frame.isSequentialHuffman else { return nil }
    var components: [(JPEGFrame.Component, dc: JPEGHuffmanTable, ac: JPEGHuffmanTable)] = []
    for index in 0..<Int(header[0]) {
      let (identifier, selectors) = (header[1 + 2 * index], header[2 + 2 * index])
      guard selectors >> 4 <= 3, selectors & 0x0F <= 3,
        let component = frame.components.first(where: { $0.identifier == identifier }),
        let dc = tables[Int(selectors >> 4)], let ac = tables[4 + Int(selectors & 0x0F)]
      else { return nil }
      components.append((component, dc, ac))
    }
    if components.count == 1, let (component, dc, ac) = components.first {
      blocks = [(dc, ac)]
      remainingUnits = frame.blocks(of: component)
    } else {
      blocks = components.flatMap { component, dc, ac in
        [(dc: JPEGHuffmanTable, ac: JPEGHuffmanTable)](
          repeating: (dc, ac), count: component.horizontalSampling * component.verticalSampling)
      }
      remainingUnits = frame.interleavedUnits
    }
    self.restartInterval = restartInterval
    unitsUntilRestart = restartInterval > 0 ? restartInterval : .max
  }

  /// Takes a byte of entropy-coded data, without its stuffing.
  mutating func take(_ byte: UInt8) {
    bits = bits &<< 8 | UInt64(byte)
    bitCount += 8
    while !isBroken {
      let skipped = min(bitsToSkip, bitCount)
      bitsToSkip -= skipped
      bitCount -= skipped
      guard bitsToSkip == 0 else { return }
      guard remainingUnits > 0, unitsUntilRestart > 0 else {
        // Padding.
        bitCount = 0
        return
      }
      switch coefficient == 0
        ? blocks[block].dc.lookUp(bits, count: bitCount) : blocks[block].ac.lookUp(bits, count: bitCount)
      {
      case .incomplete: return
      case .unused: isBroken = true
      case .symbol(let symbol, let length):
        bitCount -= length
        use(symbol)
      }
    }
  }

  /// Takes a restart marker.
  mutating func restart() {
    guard unitsUntilRestart == 0, bitsToSkip == 0 else {
      // One that comes at another time belongs to no picture that is sound.
      isBroken = isBroken || remainingUnits > 0
      return
    }
    bitCount = 0
    unitsUntilRestart = restartInterval
  }

  private mutating func use(_ symbol: UInt8) {
    let (run, size) = (Int(symbol >> 4), Int(symbol & 0x0F))
    if coefficient == 0 {
      coefficient = 1
      bitsToSkip = Int(symbol)
      isBroken = symbol > 16
    } else if size > 0 {
      coefficient += run + 1
      bitsToSkip = size
    } else {
      coefficient = run == 15 ? coefficient + 16 : 64
    }
    guard coefficient >= 64 else { return }
    coefficient = 0
    block += 1
    guard block == blocks.count else { return }
    block = 0
    remainingUnits -= 1
    if restartInterval > 0 { unitsUntilRestart -= 1 }
  }
}

extension JPEGFrame {
  /// Eight-by-eight blocks of a component's own scan (A.2.2).
  fileprivate func blocks(of component: Component) -> Int {
    let (columns, rows) = (
      Self.quotient(width * component.horizontalSampling, horizontalMaximum),
      Self.quotient(height * component.verticalSampling, verticalMaximum)
    )
    return Self.quotient(columns, 8) * Self.quotient(rows, 8)
  }

  /// Minimum coded units of a scan of several components (A.2.3).
  fileprivate var interleavedUnits: Int {
    Self.quotient(width, 8 * horizontalMaximum) * Self.quotient(height, 8 * verticalMaximum)
  }

  private var horizontalMaximum: Int { components.map(\.horizontalSampling).max() ?? 1 }
  private var verticalMaximum: Int { components.map(\.verticalSampling).max() ?? 1 }

  private static func quotient(_ dividend: Int, _ divisor: Int) -> Int { (dividend + divisor - 1) / divisor }
}
