/// Finds a delimiter, CRLF `--` boundary, in bytes that come in pieces.
///
/// The search is Horspool's: it looks at the last byte of a window first and mostly skips by the delimiter's whole
/// length. Since CR stands only at the delimiter's beginning, two beginnings never overlap, and the time is linear
/// whatever the boundary and the data are.
struct DelimiterSearch: Sendable {
  /// CR, LF, two dashes, and the boundary.
  let delimiter: [UInt8]
  /// For each byte value, how far a window whose last byte it is may move on.
  private let shift: [UInt8]

  /// - Parameter boundary: at most 70 bytes, none of them CR.
  init(boundary: some Collection<UInt8>) {
    delimiter = [ASCII.carriageReturn, ASCII.lineFeed, ASCII.dash, ASCII.dash] + boundary
    var shift = [UInt8](repeating: UInt8(delimiter.count), count: 256)
    for (index, byte) in delimiter.dropLast().enumerated() {
      shift[Int(byte)] = UInt8(delimiter.count - 1 - index)
    }
    self.shift = shift
  }

  /// Where a delimiter stands, or may stand.
  struct Match: Equatable {
    /// Offset of its first byte; the end of the bytes if there is none.
    var offset: Int
    /// How many of its bytes are there: all of them; or fewer, and they are the last of the input; or none.
    var length: Int
  }

  /// The first delimiter in `bytes` at or after `start`, or else the beginning of one that the bytes end with.
  func firstMatch(in bytes: Span<UInt8>, from start: Int) -> Match {
    let length = delimiter.count
    let last = delimiter[length - 1]
    var window = start
    while window <= bytes.count - length {
      let byte = bytes[window + length - 1]
      if byte == last, bytes[window] == ASCII.carriageReturn, matched(after: 0, in: bytes, at: window) == length {
        return Match(offset: window, length: length)
      }
      window += Int(shift[Int(byte)])
    }
    while window < bytes.count {
      if bytes[window] == ASCII.carriageReturn {
        let matched = matched(after: 0, in: bytes, at: window)
        if window + matched == bytes.count { return Match(offset: window, length: matched) }
      }
      window += 1
    }
    return Match(offset: bytes.count, length: 0)
  }

  /// How many bytes of the delimiter are matched when its first `known` ones are and `bytes` go on at `offset`.
  func matched(after known: Int, in bytes: Span<UInt8>, at offset: Int) -> Int {
    var matched = known
    var position = offset
    while matched < delimiter.count, position < bytes.count, bytes[position] == delimiter[matched] {
      matched += 1
      position += 1
    }
    return matched
  }
}
