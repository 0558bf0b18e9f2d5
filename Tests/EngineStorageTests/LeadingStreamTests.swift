import Digests
import EngineFixture
import EventLoop
import HTTPSemantics
import LoopFixture
import Posix
import Storage
import Synchronization
import Testing

@testable import EngineStorage

/// The bytes of a long content that leaves as it comes, between the steps that bring them and the put that takes them.
@Suite(.enabled(if: hasDatabase))
struct LeadingStreamTests {
  private static let content = pattern(6_000_000)
  private static let beginning = 100_000

  /// - Parameter longestPause: by default longer than any test waits for its turn on the loop.
  private func stream(
    _ length: Int, longestPause: UInt64 = 3_600_000_000_000
  ) async throws -> LeadingStream {
    TestLoop.start()
    let folder = SharedDescriptor(try FileDescriptor.open("/tmp", [.directory]))
    let spool = Spool(in: folder, capacity: 1 << 30, pool: BlockingPool(name: "spool", limit: 1))
    let bytes = SpooledBytes(spool, expecting: UInt64(length))
    try bytes.append(Self.content.span.extracting(..<Self.beginning))
    return await LeadingStream(after: bytes, length: UInt64(length), longestPause: longestPause)
  }

  private static func append(_ range: Range<Int>, to stream: LeadingStream) throws {
    #expect(try stream.append(content[range]).isEmpty)
  }

  @Test func bytesBehindItsEndAreGivenBack() async throws {
    let stream = try await stream(300_000)
    #expect(try stream.append(Self.content[100_000..<310_000]) == Self.content[300_000..<310_000])
    #expect(stream.size == 300_000)
  }

  @Test func itsBeginningCanBeReadAgainAndTheRestCannot() async throws {
    let stream = try await stream(300_000)
    try Self.append(100_000..<300_000, to: stream)
    try await TestLoop.run { () async throws in
      for _ in 0..<2 {
        #expect(try await stream.bytes(at: 0, upTo: 1_000) == Self.content[..<1_000])
        #expect(try await stream.bytes(at: 99_999, upTo: 1_000) == Self.content[99_999..<100_000])
      }
      #expect(stream.canBeginAgain)
      #expect(try await Array(stream.bytes(at: 100_000, upTo: 1_000)) == Array(Self.content[100_000..<101_000]))
      #expect(!stream.canBeginAgain)
      #expect(try await stream.bytes(at: 0, upTo: 10) == Self.content[..<10])
      await #expect(throws: BlobError.self) { try await stream.bytes(at: 100_000, upTo: 1_000) }
    }
  }

  @Test func aPauseOfItsSenderIsBridgedWithWhatWasHeldBack() async throws {
    let stream = try await stream(5_000_000)
    try Self.append(100_000..<400_000, to: stream)
    try await TestLoop.run { () async throws in
      let first = try await stream.bytes(at: 100_000, upTo: 100_000).count
      #expect(first == 300_000 / LeadingStream.trickleParts + 1)
      let began = EventLoop.current.now
      let second = try await stream.bytes(at: 100_000 + UInt64(first), upTo: 100_000).count
      #expect(second > 0 && second <= first)
      #expect(EventLoop.current.now - began >= LeadingStream.trickleNanoseconds / 2)
      // More has come than is held back.
      try Self.append(400_000..<1_000_000, to: stream)
      #expect(try await stream.bytes(at: UInt64(100_000 + first + second), upTo: 100_000).count == 100_000)
    }
  }

  /// The engine is not to wait until more has come than is held back.
  @Test func aSenderThatIsSlowButNeverPausesIsBridgedAsWell() async throws {
    let stream = try await stream(5_000_000)
    try Self.append(100_000..<101_000, to: stream)
    try await TestLoop.run { () async throws in
      var (taken, isEnded): (Int, Bool) = (0, false)
      EventLoop.current.start {
        while let bytes = try? await stream.bytes(at: 100_000 + UInt64(taken), upTo: 100_000) { taken += bytes.count }
        isEnded = true
      }
      // More often than once a second.
      for step in 1...6 {
        await EventLoop.current.sleep(nanoseconds: 400_000_000)
        try Self.append(100_000 + step * 1_000..<101_000 + step * 1_000, to: stream)
        stream.wake()
      }
      #expect(taken > 0)
      stream.fail(.full)
      stream.wake()
      #expect(await TestLoop.until { isEnded })
    }
  }

  @Test func aSenderThatPausesForTooLongIsGivenUp() async throws {
    let stream = try await stream(5_000_000, longestPause: 500_000_000)
    try await TestLoop.run { () async throws in
      await #expect(throws: BlobError.content(.unavailable("the sender of a long content has paused for too long"))) {
        var offset: UInt64 = 0
        while true { offset += UInt64(try await stream.bytes(at: offset, upTo: 100_000).count) }
      }
      #expect(stream.hasFailed)
    }
  }

  /// As a body in chunks of a byte brings them.
  @Test func bytesThatComeOneByOneLeaveTogether() async throws {
    let stream = try await stream(1_000_000)
    for index in 100_000..<1_000_000 { try Self.append(index..<index + 1, to: stream) }
    try await TestLoop.run { () async throws in
      var (offset, count): (Int, Int) = (100_000, 0)
      while offset < 1_000_000 {
        let bytes = try await stream.bytes(at: UInt64(offset), upTo: 1 << 20)
        #expect(Array(bytes) == Array(Self.content[offset..<offset + bytes.count]))
        offset += bytes.count
        count += 1
      }
      #expect(count < 20)
    }
  }

  @Test func whoeverBringsBytesWaitsWhileTooManyWait() async throws {
    let stream = try await stream(5_000_000)
    try Self.append(100_000..<3_000_000, to: stream)
    try await TestLoop.run { () async throws in
      var isDrained = false
      EventLoop.current.start {
        await stream.drain()
        isDrained = true
      }
      await TestLoop.settle()
      #expect(!isDrained)
      var offset: UInt64 = 100_000
      while 3_000_000 - offset > LeadingStream.mostWaiting {
        #expect(!isDrained)
        offset += UInt64(try await stream.bytes(at: offset, upTo: 100_000).count)
        await TestLoop.settle()
      }
      #expect(isDrained)
    }
  }

  /// Whoever gives it up knows then what the engine has.
  @Test func whatIsWholeIsPutToItsEnd() async throws {
    let stream = try await stream(200_000)
    try Self.append(100_000..<200_000, to: stream)
    stream.supply(md5: [1])
    stream.fail(.full)
    try await TestLoop.run { () async throws in
      #expect(try await stream.bytes(at: 100_000, upTo: 200_000).count == 100_000)
      #expect(try await stream.bytes(at: 200_000, upTo: 1).isEmpty)
      #expect(try await stream.finalMD5() == [1])
    }
  }

  @Test func whoeverWaitsForItFindsThatItHasFailed() async throws {
    let stream = try await stream(5_000_000)
    try await TestLoop.run { () async throws in
      var error: BlobError?
      EventLoop.current.start {
        do throws(BlobError) { _ = try await stream.bytes(at: 100_000, upTo: 1) } catch let failure { error = failure }
      }
      await TestLoop.settle()
      #expect(error == nil)
      stream.fail(.full)
      stream.wake()
      await TestLoop.settle()
      #expect(error == .content(.full))
      #expect(stream.hasFailed)
      await #expect(throws: BlobError.content(.full)) { try await stream.finalMD5() }
      #expect(throws: StorageError.full) { try stream.append(Self.content[100_000..<100_001]) }
    }
  }
}
