internal import Posix

/// Bytes in memory, in the pieces in which they came: large ones are not copied.
struct BytesInMemory: Sendable {
  /// Shorter ones are gathered: what they lie in is at most 64 KiB, which is not to be much more than they are.
  static let leastPiece = 32_768
  /// The most bytes that are gathered in one piece.
  static let mostGathered = 65_536

  private var pieces: [ArraySlice<UInt8>] = []
  /// Short pieces behind those, gathered.
  private var end: [UInt8] = []
  /// How many bytes there are.
  private(set) var count = 0

  /// Appends bytes, which stay where they are if they are many.
  mutating func append(_ bytes: ArraySlice<UInt8>) {
    guard bytes.count >= Self.leastPiece else { return append(bytes.span) }
    closeEnd()
    pieces.append(bytes)
    count += bytes.count
  }

  /// Appends a copy of bytes.
  mutating func append(_ bytes: Span<UInt8>) {
    var offset = 0
    while offset < bytes.count {
      if end.count == Self.mostGathered { closeEnd() }
      let part = min(bytes.count - offset, Self.mostGathered - end.count)
      end.append(contentsOf: bytes.extracting(offset..<offset + part))
      offset += part
    }
    count += bytes.count
  }

  /// Bytes from an offset on, at most so many and at least one, as far as they lie together; none at the end.
  func bytes(at offset: Int, upTo limit: Int) -> ArraySlice<UInt8> {
    var start = 0
    for piece in pieces {
      if offset < start + piece.count { return piece.dropFirst(offset - start).prefix(limit) }
      start += piece.count
    }
    return end.dropFirst(offset - start).prefix(limit)
  }

  /// Cuts them to a length that they have.
  mutating func truncate(to length: Int) {
    while count > length {
      let surplus = count - length
      let removed: Int
      if !end.isEmpty {
        removed = min(surplus, end.count)
        end.removeLast(removed)
      } else if let last = pieces.popLast() {
        removed = min(surplus, last.count)
        if removed < last.count { pieces.append(last.dropLast(removed)) }
      } else {
        return
      }
      count -= removed
    }
  }

  private mutating func closeEnd() {
    guard !end.isEmpty else { return }
    pieces.append(end[...])
    end = []
  }
}
