import FastCGI
import FastCGIFixture
import LoopFixture
import Posix
import Testing

/// Whether a socket of this machine has a short queue at first, and may have a longer one.
private let allowsLongQueues: Bool = {
  func bytes(_ setting: String) -> Int? {
    guard let file = try? FileDescriptor.open("/proc/sys/net/core/\(setting)", .readOnly),
      let text = try? file.readAll(limit: 100)
    else { return nil }
    return Int(String(decoding: text, as: UTF8.self).prefix { $0.isNumber })
  }
  guard let first = bytes("wmem_default"), let most = bytes("wmem_max") else { return false }
  return first <= 212_992 && most >= 524_288
}()

/// How much of a response waits in the kernel for the web server.
@Suite(.enabled(if: allowsLongQueues))
struct SendingQueueTests {
  /// The bytes that a reader has not taken, having taken so many as fast as they came.
  private func waiting(after taken: Int) async throws -> Int {
    try await TestLoop.run {
      let piece = Handlers.pattern(131_072)
      let written = Tally()
      let served = try ServedSocket { _, response in
        try? await response.start(length: 1 << 30)
        while (try? await response.write(piece)) != nil { written.add() }
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request())
      while peer.receivedCount < taken { _ = try await peer.record() }
      for _ in 0..<100 { await TestLoop.settle() }
      let waiting = written.value * piece.count - peer.receivedCount
      peer.close()
      await served.stop()
      return waiting
    }
  }

  @Test func aFastReaderOfBytesFindsMoreOfThemThanOthersDo() async throws {
    let (few, many) = (try await waiting(after: 1 << 20), try await waiting(after: 40 << 20))
    #expect(few < 300_000 && many > 2 * few, "\(few) and \(many)")
  }
}
