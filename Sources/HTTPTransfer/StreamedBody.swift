/// Bytes between libcurl, which gives and takes them when it likes, and a function of the loop that waits: at most
/// `limit` of them and one piece more are held.
struct StreamedBody {
  private static let limit = 256 << 10

  private var pieces: [[UInt8]] = []
  private var count = 0
  /// Whether nothing will be added any more.
  private(set) var isEnded = false
  /// Whether libcurl has been paused.
  var isPaused = false

  var isFull: Bool { count >= Self.limit }
  var isEmpty: Bool { pieces.isEmpty }

  mutating func append(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    pieces.append(bytes)
    count += bytes.count
  }

  mutating func end() { isEnded = true }

  /// The first bytes, at most `most` of them.
  mutating func take(upTo most: Int) -> [UInt8] {
    guard let first = pieces.first else { return [] }
    let taken = Array(first.prefix(most))
    if taken.count == first.count { pieces.removeFirst() } else { pieces[0] = Array(first.dropFirst(most)) }
    count -= taken.count
    return taken
  }
}
