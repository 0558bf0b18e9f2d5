import EventLoop
import FastCGI
import FastCGIFixture
import LoopFixture
import Posix
import Storage
import Synchronization
import Testing

@testable import WebService

/// Sending what is read from a storage: whole, and with its end only if the content stayed as it was.
struct ContentSenderTests {
  /// A content in memory that can change.
  private final class Content: OpenedContent {
    let bytes: [UInt8]
    /// Whether it is of another version now.
    let hasChanged = Mutex(false)
    /// Called when a chunk has been read, with the offset behind it.
    let wasRead: @Sendable (Content, UInt64) -> Void

    init(_ count: Int, wasRead: @escaping @Sendable (Content, UInt64) -> Void = { _, _ in }) {
      bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
      self.wasRead = wasRead
    }

    func reader(_ range: Range<UInt64>) -> any ObjectReader { Reader(self, range) }
  }

  /// Reads it in chunks of 100,000 bytes, each of which is late once.
  private final class Reader: ObjectReader {
    private let content: Content
    private let end: UInt64
    private let state: Mutex<(position: UInt64, isLate: Bool)>

    init(_ content: Content, _ range: Range<UInt64>) {
      self.content = content
      end = range.upperBound
      state = Mutex((range.lowerBound, false))
    }

    nonisolated(nonsending) func next(secured: Bool) async throws(StorageError) -> Chunk? {
      let chunk: Chunk? = state.withLock { state in
        guard state.position < end else { return nil }
        state.isLate.toggle()
        if state.isLate { return .late }
        let start = state.position
        state.position = min(start + 100_000, end)
        return .bytes(Array(content.bytes[Int(start)..<Int(state.position)]))
      }
      if case .bytes? = chunk { content.wasRead(content, state.withLock { $0.position }) }
      return chunk
    }

    nonisolated(nonsending) func check() async throws(StorageError) {
      if content.hasChanged.withLock({ $0 }) { throw .versionChanged }
    }
  }

  private func answer(
    with content: Content, _ range: Range<UInt64>
  ) async throws -> (output: [UInt8], ContentFailure?) {
    try await TestLoop.run {
      let failures = Record<ContentFailure?>()
      let served = try ServedSocket { _, response in
        do throws(ContentFailure) {
          do throws(RequestFailure) { try await response.start(length: UInt64(range.count)) } catch {
            throw ContentFailure.transfer(error)
          }
          try await ContentSender(response).finish(with: content, range)
          failures.append(nil)
        } catch {
          failures.append(error)
          await response.abort()
        }
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request())
      let output = try await peer.response().output
      await served.stop()
      return (output, try #require(failures.values.first))
    }
  }

  @Test(
    arguments: [
      0..<0, 0..<1, 0..<65_536, 5..<65_542, 0..<524_288, 0..<700_000, 100_000..<699_999,
    ] as [Range<UInt64>])
  func rangeComesWhole(range: Range<UInt64>) async throws {
    let content = Content(700_000)
    let (output, failure) = try await answer(with: content, range)
    #expect(failure == nil)
    #expect(output == Array(content.bytes[Int(range.lowerBound)..<Int(range.upperBound)]))
  }

  @Test func endOfALongContentThatChangedIsNotSent() async throws {
    let content = Content(700_000) { content, position in
      if position == 700_000 { content.hasChanged.withLock { $0 = true } }
    }
    let (output, failure) = try await answer(with: content, 0..<700_000)
    #expect(failure == .storage(.versionChanged))
    #expect(output == Array(content.bytes.dropLast(65_536)))
  }

  /// Its bytes were secured when they were read: nothing that happens later makes them wrong.
  @Test func shortContentIsNotLookedAtAgain() async throws {
    let content = Content(300_000) { content, _ in content.hasChanged.withLock { $0 = true } }
    let (output, failure) = try await answer(with: content, 0..<300_000)
    #expect(failure == nil && output == content.bytes)
  }

  @Test func callerIsToldBeforeEachWaitAndAfterEachChunk() async throws {
    try await TestLoop.run {
      let (waits, chunks) = (Tally(), Record<UInt64>())
      let content = Content(250_000)
      let served = try ServedSocket { _, response in
        try? await response.start(length: 250_000)
        _ = try? await ContentSender(response).send(
          content.reader(0..<250_000), isSecured: true,
          beforeWaiting: { () throws(RequestFailure) in waits.add() },
          afterEach: { (count) throws(RequestFailure) in chunks.append(count) })
        try? await response.finish()
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request())
      #expect(try await peer.response().output == content.bytes)
      #expect(waits.value == 3 && chunks.values == [100_000, 100_000, 50_000])
      await served.stop()
    }
  }
}
