/// Bytes between libcurl, which gives and takes them when it likes, and a function of the loop that waits: at most
/// `limit` of them and one piece more are held.
struct StreamedBody {
  private let limit: Int
  private var pieces: [[UInt8]] = []
  private var count = 0
  /// Whether nothing will be added any more.
  private(set) var isEnded = false
  /// Whether libcurl has been paused.
  var isPaused = false

  init(limit: Int) { self.limit = limit }

  var isFull: Bool { count >= limit }
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
