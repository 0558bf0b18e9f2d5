internal import DurableFiles
internal import EventLoop
internal import Posix
internal import Storage
internal import Synchronization

/// Reads a range of an open file, chunk by chunk, so that the caller's thread does not wait for the disk: neither here nor
/// when it hands over a chunk that is a range of the file.
final class LocalReader: ObjectReader {
  /// Bytes of a chunk of pages, after which a sender turns to others, and of a copied one, which memory has to hold.
  private static let pageBytes: UInt64 = 262_144
  private static let copyBytes: UInt64 = 65_536
  /// Distance of the looks into the page cache.
  private static let lookDistance: UInt64 = 131_072
  /// Bytes that the disk is asked for at once, ahead of the need; the next ones when half of them are used up.
  private static let ahead: UInt64 = 8 << 20

  private struct State {
    var position: UInt64
    /// Whether it was said that the chunk at the position is late.
    var isLate = false
    /// Up to here the disk has been asked for bytes; nil as long as nothing had to be waited for.
    var aheadEnd: UInt64?
  }

  private let content: LocalContent
  private let end: UInt64
  private let state: Mutex<State>

  init(_ content: LocalContent, _ range: Range<UInt64>) {
    self.content = content
    end = range.upperBound
    state = Mutex(State(position: range.lowerBound))
  }

  nonisolated(nonsending) func next(secured: Bool) async throws(StorageError) -> Chunk? {
    let position = state.withLock { $0.position }
    guard position < end else { return nil }
    // Where the page cache cannot be asked, handing over pages may wait for a disk or a network at any time.
    return secured || content.pageResidency == .unknown
      ? try await copy(position..<min(position + Self.copyBytes, end))
      : try await pages(position..<min(position + Self.pageBytes, end))
  }

  nonisolated(nonsending) func check() async throws(StorageError) {
    try await content.threads.opening.run { [content] () throws(StorageError) in try content.check() }
  }

  // MARK: Copies

  private nonisolated(nonsending) func copy(_ range: Range<UInt64>) async throws(StorageError) -> Chunk {
    if content.pageResidency ?? .askable == .askable, let bytes = content.file.descriptor.cachedBytes(range) {
      guard content.file.descriptor.isStill(content.version) else { throw .versionChanged }
      advance(to: range.upperBound)
      return .bytes(bytes)
    }
    guard wasLate(asksAheadFrom: range.upperBound) else { return .late }
    let bytes = try await content.threads.reading.run { [content] () throws(StorageError) in
      _ = content.findPageResidency(at: range.lowerBound)
      return try content.read(range)
    }
    advance(to: range.upperBound)
    return .bytes(bytes)
  }

  // MARK: Pages

  private nonisolated(nonsending) func pages(_ range: Range<UInt64>) async throws(StorageError) -> Chunk {
    if !isCached(range) {
      guard wasLate(asksAheadFrom: range.lowerBound) else { return .late }
      let knowledge = try await content.threads.reading.run { [content] () throws(StorageError) in
        let knowledge = content.findPageResidency(at: range.lowerBound)
        guard knowledge == .askable else { return knowledge }
        do throws(Errno) { try content.file.descriptor.warm(range) } catch { throw StorageError(error, "reading") }
        return knowledge
      }
      guard knowledge != .unknown else {
        return try await copy(range.lowerBound..<min(range.lowerBound + Self.copyBytes, end))
      }
    }
    advance(to: range.upperBound)
    return .file(content.file, range, of: content.version)
  }

  private func isCached(_ range: Range<UInt64>) -> Bool {
    content.pageResidency == .alwaysCached
      || content.file.descriptor.isCached(range, lookingEvery: Self.lookDistance)
  }

  // MARK: Progress

  /// Whether it was said before that the chunk at the position is late. From then on the disk is kept busy.
  /// - Parameter start: where the disk is asked for bytes from, unless it has been asked for them.
  private func wasLate(asksAheadFrom start: UInt64) -> Bool {
    let wasLate = state.withLock { state in
      if state.isLate { return true }
      state.isLate = true
      if (state.aheadEnd ?? 0) < start { state.aheadEnd = start }
      return false
    }
    readAhead()
    return wasLate
  }

  private func advance(to position: UInt64) {
    state.withLock { state in
      state.position = position
      state.isLate = false
    }
    readAhead()
  }

  /// Where the disk had to be waited for once, it is kept busy from then on.
  private func readAhead() {
    let next: Range<UInt64>? = state.withLock { state in
      guard let start = state.aheadEnd, start < end, start < state.position + Self.ahead / 2 else { return nil }
      let next = start..<min(start + Self.ahead, end)
      state.aheadEnd = next.upperBound
      return next
    }
    guard let next else { return }
    content.threads.reading.submit { [content] in content.file.descriptor.readAhead(next) }
  }
}
