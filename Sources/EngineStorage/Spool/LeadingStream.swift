internal import EventLoop
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
  /// Bytes that are held back while more is to come: an engine hangs up on a put in which nothing moves. While the sender
  /// pauses it is given a few of them at a time, for a minute; nginx waits no longer either.
  nonisolated static let reserve = 512 << 10
  nonisolated static let trickle = 8 << 10
  nonisolated static let trickleNanoseconds: UInt64 = 1_000_000_000

  private struct State {
    var waiting: [ArraySlice<UInt8>] = []
    var waitingCount = 0
    /// The offset of the first byte that waits.
    var start: UInt64
    var md5: [UInt8]?
    var failure: StorageError?

    var end: UInt64 { start + UInt64(waitingCount) }
  }

  /// Its length, once all of it has come.
  nonisolated let length: UInt64
  private nonisolated let beginning: SpooledBytes
  private nonisolated let beginningLength: UInt64
  private nonisolated let state: Mutex<State>
  private let arrival = WaitPoint()
  private let departure = WaitPoint()

  /// - Parameter beginning: the bytes that have come already, which do not change any more.
  init(after beginning: SpooledBytes, length: UInt64) {
    self.beginning = beginning
    self.length = length
    beginningLength = beginning.size
    state = Mutex(State(start: beginningLength))
  }

  // MARK: Steps

  /// How many bytes have come.
  nonisolated var size: UInt64 { state.withLock { $0.end } }

  /// Appends bytes, as many as still belong to it.
  /// - Returns: the others.
  nonisolated func append(_ bytes: ArraySlice<UInt8>) throws(StorageError) -> ArraySlice<UInt8> {
    try state.withLock { (state) throws(StorageError) in
      if let failure = state.failure { throw failure }
      let own = bytes.prefix(Int(min(UInt64(bytes.count), length - state.end)))
      if !own.isEmpty { state.waiting.append(own) }
      state.waitingCount += own.count
      return bytes.dropFirst(own.count)
    }
  }

  nonisolated func supply(md5: [UInt8]) { state.withLock { $0.md5 = md5 } }

  /// It will not become whole, or the engine does not take it. Whoever waits finds that out with the next bytes, or when it
  /// is woken. Of one that is whole the put goes on: it is known then whether the engine has it.
  nonisolated func fail(_ error: StorageError) {
    state.withLock { state in
      guard state.end < length || state.md5 == nil else { return }
      if state.failure == nil { state.failure = error }
      (state.waiting, state.start) = ([], state.end)
      state.waitingCount = 0
    }
  }

  // MARK: The loop

  /// Has whoever waits look again: bytes have come, or it has failed.
  func wake() {
    arrival.wake()
    departure.wake()
  }

  /// Waits while too many bytes wait.
  func drain() async {
    while state.withLock({ $0.waitingCount > Self.mostWaiting && $0.failure == nil }) { _ = await departure.wait() }
  }

  /// Takes bytes that wait, where all have come or enough of them; otherwise a few.
  /// - Parameter isLate: whether the sender has paused for a while.
  private func take(at offset: UInt64, upTo limit: Int, isLate: Bool) throws(BlobError) -> ArraySlice<UInt8>? {
    try state.withLock { (state) throws(BlobError) in
      if let failure = state.failure { throw .content(failure) }
      guard offset == state.start else {
        throw .content(.unavailable("the engine has not taken a long content, and its beginning is no longer here"))
      }
      let isEnough = state.end == length || state.waitingCount > Self.reserve
      guard isEnough || isLate, let first = state.waiting.first else { return nil }
      let bytes = first.prefix(isEnough ? limit : min(limit, Self.trickle))
      if bytes.count == first.count {
        state.waiting.removeFirst()
      } else {
        state.waiting[0] = first.dropFirst(bytes.count)
      }
      state.waitingCount -= bytes.count
      state.start += UInt64(bytes.count)
      return bytes
    }
  }

  private func next(at offset: UInt64, upTo limit: Int) async throws(BlobError) -> ArraySlice<UInt8> {
    if offset < beginningLength {
      return try await beginning.bytes(at: offset, upTo: Int(min(UInt64(limit), beginningLength - offset)))
    }
    guard offset < length else { return [] }
    var isLate = false
    while true {
      if let bytes = try take(at: offset, upTo: limit, isLate: isLate) {
        departure.wake()
        return bytes
      }
      isLate = await arrival.wait(until: EventLoop.current.now &+ Self.trickleNanoseconds) == .timedOut
    }
  }

  private func suppliedMD5() async throws(BlobError) -> [UInt8] {
    while true {
      let (md5, failure) = state.withLock { ($0.md5, $0.failure) }
      if let failure { throw .content(failure) }
      if let md5 { return md5 }
      _ = await arrival.wait(until: EventLoop.current.now &+ Self.trickleNanoseconds)
    }
  }
}

extension LeadingStream: BlobContent {
  nonisolated(nonsending) func bytes(at offset: UInt64, upTo limit: Int) async throws(BlobError) -> ArraySlice<UInt8> {
    try await next(at: offset, upTo: limit)
  }

  nonisolated var suppliesMD5: Bool { true }

  nonisolated(nonsending) func finalMD5() async throws(BlobError) -> [UInt8] { try await suppliedMD5() }
}
