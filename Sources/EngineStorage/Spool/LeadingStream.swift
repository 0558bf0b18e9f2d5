internal import EventLoop
internal import Posix
internal import Storage
internal import Synchronization

/// The beginning of a long content that the engine takes as it comes: of its bytes only the first are in the spool, from
/// which a put can begin again, and of the others those that wait.
///
/// Steps of the writer append on threads of their own; all else is on the loop.
@EventLoopActor
final class LeadingStream {
  /// Whoever brings bytes waits while more of them wait than this.
  nonisolated static let mostWaiting = 2 << 20
  /// Bytes that are held back while more is to come: an engine hangs up on a put in which nothing moves. While there are no
  /// more, it is given a part of them each second.
  nonisolated static let reserve = 512 << 10
  nonisolated static let trickleParts = 64
  nonisolated static let trickleNanoseconds: UInt64 = 1_000_000_000
  /// The longest pause of a sender, in nanoseconds; nginx itself waits for half of that (`client_body_timeout`).
  nonisolated static let longestPause: UInt64 = 60_000_000_000

  private struct State {
    var waiting: WaitingBytes
    var md5: [UInt8]?
    var failure: StorageError?
  }

  /// Its length, once all of it has come.
  nonisolated let length: UInt64
  private nonisolated let beginning: SpooledBytes
  private nonisolated let beginningLength: UInt64
  private nonisolated let state: Mutex<State>
  private let longestPause: UInt64
  private let arrival = WaitPoint()
  private let departure = WaitPoint()
  /// On the monotonic clock.
  private var latestArrival = Clock.monotonicNanoseconds()
  /// On the loop's clock.
  private var latestDeparture = EventLoop.current.now

  /// - Parameters:
  ///   - beginning: the bytes that have come already, which do not change any more.
  ///   - longestPause: nanoseconds after which it fails where no more has come.
  init(after beginning: SpooledBytes, length: UInt64, longestPause: UInt64 = longestPause) {
    self.beginning = beginning
    self.length = length
    self.longestPause = longestPause
    beginningLength = beginning.size
    state = Mutex(State(waiting: WaitingBytes(at: beginningLength)))
  }

  // MARK: Steps

  /// How many bytes have come.
  nonisolated var size: UInt64 { state.withLock { $0.waiting.end } }

  /// Appends bytes, as many as still belong to it.
  /// - Returns: the others.
  nonisolated func append(_ bytes: ArraySlice<UInt8>) throws(StorageError) -> ArraySlice<UInt8> {
    try state.withLock { (state) throws(StorageError) in
      if let failure = state.failure { throw failure }
      let own = bytes.prefix(Int(min(UInt64(bytes.count), length - state.waiting.end)))
      state.waiting.append(own)
      return bytes.dropFirst(own.count)
    }
  }

  nonisolated func supply(md5: [UInt8]) { state.withLock { $0.md5 = md5 } }

  /// It will not become whole, or the engine does not take it. Whoever waits finds that out with the next bytes, or when it
  /// is woken. Of one that is whole the put goes on, so that its answer shows whether the engine has it.
  nonisolated func fail(_ error: StorageError) {
    state.withLock { state in
      guard state.waiting.end < length || state.md5 == nil else { return }
      if state.failure == nil { state.failure = error }
      state.waiting.removeAll()
    }
  }

  // MARK: The loop

  /// Whether it was given up, or its sender has paused for too long: no fault of the engine's.
  var hasFailed: Bool { state.withLock { $0.failure != nil } }

  /// Has whoever waits look again: bytes have come, or it has failed.
  func wake() {
    latestArrival = Clock.monotonicNanoseconds()
    arrival.wake()
    departure.wake()
  }

  /// Waits while too many bytes wait.
  func drain() async {
    while state.withLock({ $0.waiting.count > Self.mostWaiting && $0.failure == nil }) { _ = await departure.wait() }
  }

  private func next(at offset: UInt64, upTo limit: Int) async throws(BlobError) -> ArraySlice<UInt8> {
    guard offset < length else { return [] }
    while true {
      let now = EventLoop.current.now
      let due = latestDeparture &+ Self.trickleNanoseconds
      let allowance = try allowance(at: offset, isLate: now >= due)
      if allowance > 0 {
        let bytes = try await take(at: offset, upTo: min(limit, allowance))
        latestDeparture = EventLoop.current.now
        departure.wake()
        return bytes
      }
      try checkPause()
      _ = await arrival.wait(until: now < due ? due : now &+ Self.trickleNanoseconds)
    }
  }

  /// How many bytes may go: all that are here if they are the last, or more than are held back.
  /// - Parameter isLate: whether none have gone for a while.
  private func allowance(at offset: UInt64, isLate: Bool) throws(BlobError) -> Int {
    try state.withLock { (state) throws(BlobError) in
      if let failure = state.failure { throw .content(failure) }
      guard offset < beginningLength || offset == state.waiting.start else {
        throw .content(.unavailable("the engine did not take a long content whose beginning is no longer here"))
      }
      let atHand = Int(state.waiting.end - offset)
      if state.waiting.end == length || atHand > Self.reserve { return atHand }
      return isLate ? (atHand + Self.trickleParts - 1) / Self.trickleParts : 0
    }
  }

  private func take(at offset: UInt64, upTo limit: Int) async throws(BlobError) -> ArraySlice<UInt8> {
    guard offset >= beginningLength else {
      return try await beginning.bytes(at: offset, upTo: Int(min(UInt64(limit), beginningLength - offset)))
    }
    return state.withLock { $0.waiting.take(upTo: limit) }
  }

  private func suppliedMD5() async throws(BlobError) -> [UInt8] {
    while true {
      let (md5, failure) = state.withLock { ($0.md5, $0.failure) }
      if let md5 { return md5 }
      if let failure { throw .content(failure) }
      try checkPause()
      _ = await arrival.wait(until: EventLoop.current.now &+ Self.trickleNanoseconds)
    }
  }

  private func checkPause() throws(BlobError) {
    guard Clock.monotonicNanoseconds() > latestArrival &+ longestPause else { return }
    let error = StorageError.unavailable("the sender of a long content has paused for too long")
    fail(error)
    throw .content(error)
  }
}

extension LeadingStream: StreamedBlobContent {
  nonisolated(nonsending) func bytes(at offset: UInt64, upTo limit: Int) async throws(BlobError) -> ArraySlice<UInt8> {
    try await next(at: offset, upTo: limit)
  }

  nonisolated(nonsending) func finalMD5() async throws(BlobError) -> [UInt8] { try await suppliedMD5() }

  nonisolated var canBeginAgain: Bool { state.withLock { $0.waiting.start == beginningLength } }
}

/// Bytes that were appended and not taken yet.
private struct WaitingBytes {
  /// Fewer bytes than this are copied: the array in which they lie may be much longer.
  private static let leastShared = 16 << 10
  private static let joinedLength = 64 << 10

  private var pieces: [ArraySlice<UInt8>] = []
  /// Whether the last piece is a copy, to which others can be joined.
  private var isLastJoined = false
  private(set) var count = 0
  /// The offset of the first of them.
  private(set) var start: UInt64

  init(at start: UInt64) { self.start = start }

  /// The offset behind the last of them.
  var end: UInt64 { start + UInt64(count) }

  mutating func append(_ bytes: ArraySlice<UInt8>) {
    guard !bytes.isEmpty else { return }
    count += bytes.count
    guard bytes.count < Self.leastShared else {
      pieces.append(bytes)
      isLastJoined = false
      return
    }
    if !isLastJoined || pieces.isEmpty || pieces[pieces.count - 1].count + bytes.count > Self.joinedLength {
      pieces.append([])
      pieces[pieces.count - 1].reserveCapacity(Self.joinedLength)
      isLastJoined = true
    }
    pieces[pieces.count - 1].append(contentsOf: bytes)
  }

  /// The first bytes, at most `limit` of them, where they lie.
  mutating func take(upTo limit: Int) -> ArraySlice<UInt8> {
    guard let first = pieces.first else { return [] }
    let bytes = first.prefix(limit)
    if bytes.count == first.count {
      pieces.removeFirst()
    } else {
      pieces[0] = first.dropFirst(bytes.count)
    }
    count -= bytes.count
    start += UInt64(bytes.count)
    return bytes
  }

  /// They are not wanted any more.
  mutating func removeAll() { self = WaitingBytes(at: end) }
}
