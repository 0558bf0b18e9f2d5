public import EventLoop
internal import FastCGIWire
internal import Synchronization

/// Where the bytes of a body come from.
@EventLoopActor
protocol RequestBodySource: AnyObject {
  /// Bytes were taken: there is room for more.
  func bodyHasRoom()
}

/// The body of a request, as it arrives: a bounded amount waits in memory, the rest in the socket.
@EventLoopActor
public final class RequestBody {
  /// The most bytes that wait in memory before the socket is left unread.
  static let highWater = 131_072
  /// The same for a body with a permit: whoever takes it does so in few large pieces.
  private static let longHighWater = 196_608
  /// How long the web server may take for the next bytes, in nanoseconds.
  static let progressLimit: UInt64 = 120_000_000_000
  /// The most bytes of an unwanted body that are read and thrown away.
  public static let discardLimit: UInt64 = 64 << 20

  /// The length that CONTENT_LENGTH announces; nil where it is absent (a chunked body, unbuffered).
  public let announcedLength: UInt64?
  /// Bytes that have come so far.
  public private(set) var receivedLength: UInt64 = 0

  /// The most bytes of one piece.
  private static let pieceLimit = 65_536

  /// What waits, in pieces whose memory is taken at once: one that grows is copied again and again.
  private var pieces: [[UInt8]] = []
  private var waitingLength = 0
  private var ended = false
  private let permit: LongBodyPermit?
  private var failure: RequestFailure?
  private lazy var arrival = WaitPoint()
  /// The connection, while its request is being handled.
  var source: (any RequestBodySource)?

  /// An empty body whose end has not come.
  init(announcedLength: UInt64?) {
    self.announcedLength = announcedLength
    permit = LongBodyPermit.permit(forLength: announcedLength)
  }

  /// Whether the socket should be left unread for now.
  var isFull: Bool { waitingLength >= (permit == nil ? Self.highWater : Self.longHighWater) }

  /// Whether all of it has been taken.
  public var isConsumed: Bool { ended && pieces.isEmpty }

  /// The next bytes; nil at the end.
  /// - Throws: `.aborted`, `.timedOut`, `.bodyLengthMismatch`.
  public func next() async throws(RequestFailure) -> [UInt8]? {
    while pieces.isEmpty {
      if let failure { throw failure }
      if ended { return nil }
      if await arrival.wait(until: EventLoop.current.now &+ Self.progressLimit) == .timedOut {
        failure = .timedOut
      }
    }
    let taken = pieces.removeFirst()
    waitingLength -= taken.count
    source?.bodyHasRoom()
    return taken
  }

  /// All that waits, at least one piece; none at the end.
  /// - Throws: what `next` throws.
  public func nextPieces() async throws(RequestFailure) -> [[UInt8]] {
    guard let first = try await next() else { return [] }
    guard !pieces.isEmpty else { return [first] }
    let taken = [first] + pieces
    pieces.removeAll(keepingCapacity: true)
    waitingLength = 0
    source?.bodyHasRoom()
    return taken
  }

  /// Gives back what was taken, to be taken again: for whoever has to see a body before it is known what to do with it.
  public func putBack(_ taken: [[UInt8]]) {
    pieces.insert(contentsOf: taken, at: 0)
    waitingLength += taken.reduce(0) { $0 + $1.count }
  }

  /// Reads what is left and throws it away, up to `discardLimit`. A reply before the end of the body would be lost on
  /// the way through nginx.
  public func discard() async throws(RequestFailure) {
    var thrownAway: UInt64 = 0
    while let bytes = try await next() {
      thrownAway += UInt64(bytes.count)
      guard thrownAway <= Self.discardLimit else { throw .bodyTooLarge }
    }
  }

  // MARK: The connection's side

  func append(_ input: Span<UInt8>, _ range: Range<Int>) {
    guard failure == nil, !ended else { return }
    var start = range.lowerBound
    while start < range.upperBound {
      if pieces.last.map({ $0.count >= Self.pieceLimit }) ?? true { beginPiece(range.upperBound - start) }
      let last = pieces.count - 1
      let end = min(range.upperBound, start + Self.pieceLimit - pieces[last].count)
      pieces[last].append(contentsOf: input, start..<end)
      waitingLength += end - start
      receivedLength += UInt64(end - start)
      start = end
    }
    arrival.wake()
  }

  private func beginPiece(_ known: Int) {
    let expected = announcedLength.map { $0 > receivedLength ? $0 - receivedLength : 0 } ?? 0
    var piece: [UInt8] = []
    piece.reserveCapacity(min(max(known, Int(clamping: expected)), Self.pieceLimit))
    pieces.append(piece)
  }

  func end() {
    guard !ended else { return }
    ended = true
    if let announcedLength, announcedLength != receivedLength { failure = .bodyLengthMismatch }
    arrival.wake()
  }

  /// The web server sends nothing more, but may still wait for the answer.
  func inputEnded() {
    if !ended { fail(.aborted) }
  }

  func fail(_ failure: RequestFailure) {
    if self.failure == nil { self.failure = failure }
    arrival.wake()
  }
}

/// What lets more bytes of a long body wait. There are few, so that many long bodies at once need no more memory than
/// others.
private final class LongBodyPermit: Sendable {
  private static let leastLength: UInt64 = 8 << 20
  private static let most = 4
  private static let given = Atomic<Int>(0)

  /// - Returns: nil for a body that is not long, and where all are given.
  static func permit(forLength length: UInt64?) -> LongBodyPermit? {
    guard let length, length >= leastLength else { return nil }
    guard given.add(1, ordering: .relaxed).newValue <= most else {
      given.subtract(1, ordering: .relaxed)
      return nil
    }
    return LongBodyPermit()
  }

  private init() {}

  deinit { Self.given.subtract(1, ordering: .relaxed) }
}
