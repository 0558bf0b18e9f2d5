/// Collects a part's header section from input in pieces, up to a limit.
struct PartHeaderAssembler: Sendable {
  /// Bytes that a section may have, line ends included.
  private let limit: Int
  private var received = 0
  private var line: [UInt8] = []
  private var lines: [[UInt8]] = []

  init(limit: Int) {
    self.limit = limit
  }

  /// Takes bytes from `input`, at most up to the end of the section.
  ///
  /// - Returns: the section when its empty line was reached; nil if all of `input` was taken and more is needed.
  mutating func consume(_ input: inout ArraySlice<UInt8>) throws(MultipartError) -> PartHeaders? {
    while !input.isEmpty {
      let lineFeed = input.firstIndex(of: ASCII.lineFeed)
      let piece = input[..<(lineFeed.map { $0 + 1 } ?? input.endIndex)]
      input = input[piece.endIndex...]
      guard piece.count <= limit - received else { throw .headersTooLong }
      received += piece.count
      line.append(contentsOf: piece)
      guard lineFeed != nil else { return nil }
      guard line.suffix(2).elementsEqual([ASCII.carriageReturn, ASCII.lineFeed]) else { throw .bareLineFeed }
      line.removeLast(2)
      if line.isEmpty { return try PartHeaders(lines: lines) }
      try takeLine()
    }
    return nil
  }

  /// A line that begins with white space continues the one before it (obs-fold, RFC 9112 §5.2).
  private mutating func takeLine() throws(MultipartError) {
    if let first = line.first, ASCII.isWhitespace(first) {
      guard !lines.isEmpty else { throw .malformedHeader }
      lines[lines.count - 1].append(contentsOf: line)
    } else {
      lines.append(line)
    }
    line.removeAll(keepingCapacity: true)
  }
}
