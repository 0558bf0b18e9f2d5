/// Bytes between libcurl, which gives and takes them when it likes, and a function of the loop that waits: at most
/// `limit` of them and one piece more are held. Of bytes that nobody takes for a while few are held from then on: there may
/// be hundreds of slow readers.
struct StreamedBody {
  /// Bytes up to which those that come are put together.
  private static let joinedLength = 131_072
  /// Bytes that are taken without a pause where they are taken fast: what lies between lets a slow reader take some at once.
  private static let fastLength = 1 << 20

  private var limit: Int
  private var pieces: [ArraySlice<UInt8>] = []
  private var count = 0
  /// Bytes that were taken since somebody was slow to take them.
  private var takenFast = 0
  /// Whether a first piece has come: of a short body nothing follows it.
  private var isExpectingMore = false
  /// Whether nothing will be added any more.
  private(set) var isEnded = false
  /// Whether libcurl has been paused.
  var isPaused = false

  init(limit: Int) { self.limit = limit }

  /// Says how fast the bytes are taken: it decides on how many are held from now on.
  /// - Parameters:
  ///   - slowLimit: the limit for a slow reader.
  ///   - fastLimit: the limit for a fast one.
  mutating func note(isSlow: Bool, slowLimit: Int, fastLimit: Int) {
    if isSlow {
      takenFast = 0
      limit = slowLimit
    } else if takenFast >= Self.fastLength {
      limit = fastLimit
    }
  }

  var isFull: Bool { count >= limit }
  var isEmpty: Bool { pieces.isEmpty }

  mutating func append(_ bytes: ArraySlice<UInt8>) {
    guard !bytes.isEmpty else { return }
    pieces.append(bytes)
    count += bytes.count
  }

  /// Adds bytes that stay somebody else's, behind the last ones where these are few: whoever takes them has fewer pieces.
  mutating func append(copying bytes: Span<UInt8>) {
    guard bytes.count > 0 else { return }
    let joined = min(Self.joinedLength, limit)
    if pieces.isEmpty || pieces[pieces.count - 1].count + bytes.count > joined {
      var piece: ArraySlice<UInt8> = []
      piece.reserveCapacity(isExpectingMore ? max(joined, bytes.count) : bytes.count)
      pieces.append(piece)
    }
    unsafe bytes.withUnsafeBufferPointer { unsafe pieces[pieces.count - 1].append(contentsOf: $0) }
    count += bytes.count
    isExpectingMore = true
  }

  mutating func end() { isEnded = true }

  /// All bytes that are held.
  mutating func takeAll() -> [ArraySlice<UInt8>] {
    defer { (pieces, count) = ([], 0) }
    return pieces
  }

  /// The first bytes, at most `most` of them, where they lie.
  mutating func takePieces(upTo most: Int) -> [ArraySlice<UInt8>] {
    var taken: [ArraySlice<UInt8>] = []
    var room = most
    while room > 0, !isEmpty {
      let piece = take(upTo: room)
      room -= piece.count
      taken.append(piece)
    }
    return taken
  }

  /// The first bytes, at most `most` of them, as far as they lie together.
  mutating func take(upTo most: Int) -> ArraySlice<UInt8> {
    guard let first = pieces.first else { return [] }
    let length = min(first.count, most)
    count -= length
    takenFast += length
    if length == first.count { return pieces.removeFirst() }
    pieces[0] = first.dropFirst(length)
    return first.prefix(length)
  }
}
