/// Finds the end of a zlib stream (RFC 1950 and 1951) as its bytes arrive, without inflating it: symbols are read and
/// their lengths added up, so that no window is held.
struct ZlibStreamWalker: Sendable {
  private enum State {
    case header
    case blockHeader
    case storedLength
    case stored(remaining: Int)
    case codeCounts
    case codeLengthLengths(next: Int)
    case codeLengths
    case symbols
    case checksum
    case ended
    /// It is no such stream, or none that an encoder makes: where it ends is not known.
    case broken
  }

  /// Blocks with codes of their own that any stream may have, and bytes for each more: encoders make far larger ones. Each
  /// costs the work of making tables; a stream of nothing but such headers would cost a second per megabyte.
  private static let blockAllowance = 32
  private static let bytesPerBlock = 128

  private var state = State.header
  private var describedBlocks = 0
  private var bytesOffered = 0
  /// Bits that were taken and not used yet, the next one lowest.
  private var bits: UInt64 = 0
  private var bitCount = 0
  private var isFinalBlock = false
  private var codes = DeflateCodes.fixed
  private var header = DeflateBlockHeader()
  /// Length of what it inflates to, as far as it was read.
  private(set) var inflatedLength: UInt64 = 0

  /// Whether the whole stream was seen, its checksum included. What follows is no part of it.
  var hasEnded: Bool { if case .ended = state { true } else { false } }

  /// Whether all of the data was seen, though its checksum may be missing.
  var isWhole: Bool {
    switch state {
    case .checksum, .ended: true
    default: false
    }
  }

  /// Takes the next bytes.
  /// - Returns: how many of them belong to the stream; the others are behind its end.
  mutating func consume(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    var index = range.lowerBound
    bytesOffered &+= range.count
    while true {
      switch state {
      case .broken: return range.count
      case .ended:
        // Bytes that were taken too early all came with this call: what came before was needed to get here.
        let used = index - range.lowerBound - bitCount / 8
        bitCount = 0
        return used
      case .stored(let remaining) where bitCount == 0:
        let length = min(remaining, range.upperBound - index)
        index += length
        inflatedLength += UInt64(length)
        state = length == remaining ? endOfBlock : .stored(remaining: remaining - length)
        if length < remaining { return range.count }
      case .stored: _ = step()
      case .symbols:
        if !readSymbols(bytes, &index, range.upperBound) { return range.count }
      default:
        refill(bytes, &index, range.upperBound)
        if !step() { return range.count }
      }
    }
  }

  private var endOfBlock: State { isFinalBlock ? .checksum : .blockHeader }

  private mutating func refill(_ bytes: Span<UInt8>, _ index: inout Int, _ end: Int) {
    while bitCount <= 56, index < end {
      bits |= UInt64(bytes[index]) &<< UInt64(bitCount)
      bitCount += 8
      index += 1
    }
  }

  private mutating func take(_ count: Int) -> Int? {
    guard bitCount >= count else { return nil }
    let value = Int(bits & (1 &<< UInt64(count) - 1))
    bits &>>= UInt64(count)
    bitCount -= count
    return value
  }

  private mutating func align() {
    bits &>>= UInt64(bitCount % 8)
    bitCount -= bitCount % 8
  }

  /// Goes on from a state that needs few bits.
  /// - Returns: false where more bytes are needed.
  private mutating func step() -> Bool {
    switch state {
    case .header:
      guard let header = take(16) else { return false }
      let (method, flags) = (header & 0xFF, header >> 8)
      let isSound = method & 0x0F == 8 && method >> 4 <= 7 && flags & 0x20 == 0 && (method << 8 | flags) % 31 == 0
      state = isSound ? .blockHeader : .broken
    case .blockHeader:
      guard let header = take(3) else { return false }
      isFinalBlock = header & 1 != 0
      beginBlock(type: header >> 1)
    case .storedLength:
      guard let lengths = take(32) else { return false }
      let (length, complement) = (lengths & 0xFFFF, lengths >> 16)
      state = length ^ complement != 0xFFFF ? .broken : length == 0 ? endOfBlock : .stored(remaining: length)
    case .stored(let remaining):
      // Bytes that were taken with the block's header.
      guard take(8) != nil else { return false }
      inflatedLength += 1
      state = remaining == 1 ? endOfBlock : .stored(remaining: remaining - 1)
    case .codeCounts:
      guard let counts = take(14) else { return false }
      header = DeflateBlockHeader(counts: counts)
      describedBlocks += 1
      let isAllowed = describedBlocks <= Self.blockAllowance + bytesOffered / Self.bytesPerBlock
      state = header.isSound && isAllowed ? .codeLengthLengths(next: 0) : .broken
    case .codeLengthLengths(let next):
      guard let length = take(3) else { return false }
      header.setCodeLengthLength(UInt8(truncatingIfNeeded: length), next)
      state = .codeLengthLengths(next: next + 1)
      if next + 1 == header.codeLengthCount { state = header.finishCodeLengthCode() ? .codeLengths : .broken }
    case .codeLengths:
      return readCodeLength()
    case .checksum:
      align()
      guard take(32) != nil else { return false }
      state = .ended
    case .symbols, .ended, .broken: break
    }
    return true
  }

  private mutating func beginBlock(type: Int) {
    switch type {
    case 0:
      align()
      state = .storedLength
    case 1:
      codes = .fixed
      state = .symbols
    case 2: state = .codeCounts
    default: state = .broken
    }
  }

  /// Reads one length, or a run of lengths, of the block's codes (RFC 1951, 3.2.7).
  private mutating func readCodeLength() -> Bool {
    switch header.readLength(bits, count: bitCount) {
    case .incomplete: return false
    case .broken: state = .broken
    case .used(let count):
      _ = take(count)
      guard header.isComplete else { return true }
      if let made = header.codes {
        codes = made
        state = .symbols
      } else {
        state = .broken
      }
    }
    return true
  }

  /// Reads symbols until the block ends or the bytes do.
  /// - Returns: false where more bytes are needed.
  private mutating func readSymbols(_ bytes: Span<UInt8>, _ index: inout Int, _ end: Int) -> Bool {
    while true {
      if bitCount < DeflateCodes.longestSymbol { refill(bytes, &index, end) }
      switch codes.read(bits, count: bitCount) {
      case .incomplete: return false
      case .broken:
        state = .broken
        return true
      case .endOfBlock(let count):
        _ = take(count)
        state = endOfBlock
        return true
      case .data(let length, let distance, let count):
        guard UInt64(distance) <= inflatedLength else {
          state = .broken
          return true
        }
        bits &>>= UInt64(count)
        bitCount -= count
        inflatedLength += UInt64(length)
      }
    }
  }
}
