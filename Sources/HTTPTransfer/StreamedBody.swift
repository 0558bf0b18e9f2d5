/// Bytes between libcurl, which gives and takes them when it likes, and a function of the loop that waits: at most
/// `limit` of them and one piece more are held. Of bytes that nobody takes for a while fewer are held from then on: there may
/// be hundreds of slow readers.
struct StreamedBody {
  /// Bytes that are held for a slow reader.
  private static let leastLimit = 16_384
  /// Bytes up to which those that come are put together.
  private static let joinedLength = 65_536

  private let mostLimit: Int
  private var limit: Int
  private var pieces: [[UInt8]] = []
  private var count = 0
  /// Whether a first piece has come: of a short body nothing follows it.
  private var isExpectingMore = false
  /// Whether nothing will be added any more.
  private(set) var isEnded = false
  /// Whether libcurl has been paused.
  var isPaused = false

  init(limit: Int) {
    mostLimit = limit
    self.limit = limit
  }

  /// Says how fast the bytes are taken: it decides on how many are held from now on.
  mutating func note(isSlow: Bool) {
    limit = isSlow ? min(Self.leastLimit, mostLimit) : min(2 * limit, mostLimit)
  }

  var isFull: Bool { count >= limit }
  var isEmpty: Bool { pieces.isEmpty }

  mutating func append(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    pieces.append(bytes)
    count += bytes.count
  }

  /// Adds bytes that stay somebody else's, behind the last ones where these are few: whoever takes them has fewer pieces.
  mutating func append(copying bytes: Span<UInt8>) {
    guard bytes.count > 0 else { return }
    if pieces.isEmpty || pieces[pieces.count - 1].count + bytes.count > Self.joinedLength {
      var piece: [UInt8] = []
      piece.reserveCapacity(isExpectingMore ? min(Self.joinedLength, limit + bytes.count) : bytes.count)
      pieces.append(piece)
    }
    unsafe bytes.withUnsafeBufferPointer { unsafe pieces[pieces.count - 1].append(contentsOf: $0) }
    count += bytes.count
    isExpectingMore = true
  }

  mutating func end() { isEnded = true }

  /// The first bytes, at most `most` of them.
  mutating func take(upTo most: Int) -> [UInt8] {
    guard let first = pieces.first else { return [] }
    if first.count <= most {
      count -= first.count
      return pieces.removeFirst()
    }
    let taken = Array(first.prefix(most))
    pieces[0] = Array(first.dropFirst(most))
    count -= taken.count
    return taken
  }
}
