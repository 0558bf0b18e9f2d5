import EventLoop
import FastCGI
import FastCGIFixture
import FastCGIWire
import Foundation
import LoopFixture
import Posix
import Testing

struct ResponseWriterTests {
  @Test(arguments: [0, 1, 65_527, 65_528, 65_529, 131_056, 200_000])
  func responseOfAnyLengthComesInWholeRecords(length: Int) async throws {
    try await TestLoop.run {
      let content = Handlers.pattern(length)
      let served = try ServedSocket(Handlers.answer(content))
      let peer = try served.connect()
      for _ in 0..<2 {
        try await peer.send(WireBytes.request())
        let response = try await peer.response()
        #expect(response.output == content && response.applicationStatus == 0)
        #expect(response.records.last == 0, "the stream is ended by an empty record")
        #expect(response.records.dropLast(2).allSatisfy { $0 == 65_528 })
      }
      await served.stop()
    }
  }

  @Test func smallPiecesAreGathered() async throws {
    try await TestLoop.run {
      let served = try ServedSocket { _, response in
        try? await response.start(length: 1_000)
        for number in 0..<1_000 { try? await response.write([UInt8(truncatingIfNeeded: number)]) }
        try? await response.finish()
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request())
      #expect(try await peer.response().records == [1_000, 0])
      await served.stop()
    }
  }

  /// What is in a pipe follows what was written before it, in records of its own.
  @Test(arguments: [1, 65_527, 65_528, 65_529, 300_000])
  func contentOfAPipeComesInWholeRecords(length: Int) async throws {
    try await TestLoop.run {
      let content = Handlers.pattern(length)
      let served = try ServedSocket { _, response in
        try? await response.start(length: UInt64(length + 10))
        try? await response.write(Array("before".utf8))
        await Self.pipe(content, to: response)
        try? await response.write(Array("last".utf8))
        try? await response.finish()
      }
      let peer = try served.connect()
      for _ in 0..<2 {
        try await peer.send(WireBytes.request())
        let response = try await peer.response()
        #expect(response.output == Array("before".utf8) + content + Array("last".utf8))
        #expect(response.applicationStatus == 0)
        // Each piece of the pipe in as few records as it takes.
        let pieces = stride(from: 0, to: length, by: 200_000).map { min(200_000, length - $0) }
        let records = pieces.flatMap { piece in
          stride(from: 0, to: piece, by: 65_528).map { min(65_528, piece - $0) }
        }
        #expect(response.records == [6] + records + [4, 0])
      }
      await served.stop()
    }
  }

  @Test func slowReaderGetsEverythingOfAPipe() async throws {
    try await TestLoop.run {
      let content = Handlers.pattern(5_000_000)
      let isDone = Tally()
      let served = try ServedSocket { _, response in
        try? await response.start(length: UInt64(content.count))
        await Self.pipe(content, to: response)
        try? await response.finish()
        isDone.add()
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request())
      for _ in 0..<100 { await TestLoop.settle() }
      #expect(isDone.value == 0, "the handler is held up")
      #expect(try await peer.response().output == content)
      await served.stop()
    }
  }

  /// A peer that is gone leaves the rest in the pipe, and what has left is known.
  @Test func pipeOfAPeerThatGoesAwayIsGivenUp() async throws {
    try await TestLoop.run {
      let sent = Tally()
      let served = try ServedSocket { _, response in
        try? await response.start(length: 5_000_000)
        await Self.pipe(Handlers.pattern(5_000_000), to: response)
        #expect(response.isAborted && response.bytesSent > 0 && response.bytesSent < 5_000_000)
        sent.add()
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request())
      _ = try await peer.record()
      peer.close()
      for _ in 0..<1_000 where sent.value == 0 { await TestLoop.settle() }
      #expect(sent.value == 1)
      await served.stop()
    }
  }

  /// Sends a content through a pipe, in pieces of 200,000 bytes.
  @EventLoopActor
  private static func pipe(_ content: [UInt8], to response: ResponseWriter) async {
    guard response.takesPipes, let source = try? SocketPair(), let pipe = try? Posix.Pipe(capacity: 1 << 20) else {
      Issue.record("no pipe")
      return
    }
    for start in stride(from: 0, to: content.count, by: 200_000) {
      let piece = Array(content[start...].prefix(200_000))
      var (sent, piped) = (0, 0)
      while piped < piece.count {
        let rest = Array(piece[sent...])
        if !rest.isEmpty, case .bytes(let count)? = try? source.first.send(rest.span) { sent += count }
        if case .bytes(let count)? = try? pipe.fill(from: source.second, upTo: piece.count) { piped += count }
      }
      guard (try? await response.write(pipe, count: piece.count)) != nil else { return }
    }
  }

  /// The peer takes a little now and then: everything arrives, and little of it waits in memory.
  @Test func slowReaderGetsEverything() async throws {
    try await TestLoop.run {
      let piece = Handlers.pattern(50_000)
      let written = Tally()
      let served = try ServedSocket { _, response in
        try? await response.start(length: 5_000_000)
        for _ in 0..<100 {
          try? await response.write(piece)
          written.add()
        }
        try? await response.finish()
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request())
      await TestLoop.settle()
      for _ in 0..<100 { await TestLoop.settle() }
      #expect(written.value < 12, "the handler is held up")
      let response = try await peer.response()
      #expect(response.output.count == 5_000_000)
      #expect(
        stride(from: 0, to: 5_000_000, by: 50_000).allSatisfy { Array(response.output[$0..<$0 + 50_000]) == piece })
      await served.stop()
    }
  }

  @Test func readerThatTakesNothingTimesOut() async throws {
    try await TestLoop.run {
      let outcomes = Outcomes()
      let served = try ServedSocket { _, response in
        do throws(RequestFailure) {
          try await response.send([UInt8](repeating: 0, count: 4 << 20))
        } catch {
          outcomes.append(error)
        }
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request())
      await TestLoop.settle()
      await TestLoop.advance(seconds: 590)
      #expect(outcomes.values.isEmpty)
      try peer.receive()
      try peer.receive()
      try peer.receive()
      await TestLoop.settle()
      await TestLoop.advance(seconds: 590)
      #expect(outcomes.values.isEmpty, "some progress is progress")
      await TestLoop.advance(seconds: 20)
      #expect(outcomes.values == [.timedOut])
      #expect(await TestLoop.until { served.server.connectionCount == 0 })
    }
  }

  @Test func readerThatGoesAwayEndsTheHandler() async throws {
    try await TestLoop.run {
      let outcomes = Outcomes()
      let served = try ServedSocket { _, response in
        do throws(RequestFailure) {
          try await response.send([UInt8](repeating: 0, count: 16 << 20))
        } catch {
          outcomes.append(error)
          #expect(throws: RequestFailure.aborted) { throw error }
        }
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request())
      _ = try await peer.record()
      peer.close()
      #expect(await TestLoop.until { outcomes.values == [.aborted] && served.server.connectionCount == 0 })
    }
  }

  // MARK: Files

  @Test func filesAreSentWithoutPassingThroughTheProcess() async throws {
    let file = TemporaryFile(Handlers.pattern(1_000_000))
    try await TestLoop.run {
      let source = SharedDescriptor(try FileDescriptor.open(file.path, .readOnly))
      let version = FileVersion(contentOf: try source.descriptor.status())
      let served = try ServedSocket { _, response in
        do throws(RequestFailure) {
          try await response.start(length: 5 + 900_000 + 3 + 10)
          try await response.write(Array("head:".utf8))
          try await response.write(source, 50_000..<950_000, of: version)
          try await response.write([1, 2, 3])
          try await response.write(source, 0..<10, of: version)
          try await response.finish()
        } catch {
          return
        }
      }
      let peer = try served.connect()
      for _ in 0..<3 {
        try await peer.send(WireBytes.request())
        let response = try await peer.response()
        var expected = Array("head:".utf8) + file.content[50_000..<950_000]
        expected += [1, 2, 3]
        expected += file.content[..<10]
        #expect(response.output == expected)
        #expect(response.records == [Int](repeating: 65_528, count: 13) + [900_005 - 13 * 65_528, 13, 0])
      }
      await served.stop()
    }
  }

  /// Inside of a record that was announced there is no place for END_REQUEST: the connection ends, without a byte that
  /// is not the file's.
  @Test func fileThatEndsInsideOfARecordEndsTheConnection() async throws {
    let file = TemporaryFile(Handlers.pattern(100_000))
    try await TestLoop.run {
      let source = SharedDescriptor(try FileDescriptor.open(file.path, .readOnly))
      let version = FileVersion(contentOf: try source.descriptor.status())
      let outcomes = Outcomes()
      let served = try ServedSocket { _, response in
        do throws(RequestFailure) {
          try await response.start(length: 200_000)
          try await response.write(source, 0..<200_000, of: version)
          outcomes.append(nil)
        } catch {
          outcomes.append(error)
          await response.abort()
        }
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request())
      #expect(try await peer.record().content == Array(file.content[..<65_528]))
      await #expect(throws: WebServerPeer.Closed.self) { try await peer.response() }
      #expect(peer.partialContent == Array(file.content[65_528...]))
      #expect(outcomes.values == [.fileUnreadable(nil)])
      #expect(await TestLoop.until { served.server.connectionCount == 0 })
    }
  }

  /// A slow reader, and a file that changes meanwhile: the response ends between two records, with the file's own bytes.
  @Test(arguments: [0, 1, 70_000, 1_000_000])
  func fileThatChangesEndsTheResponseBetweenRecords(taken: Int) async throws {
    let file = TemporaryFile(Handlers.pattern(3_000_000))
    try await TestLoop.run {
      let source = SharedDescriptor(try FileDescriptor.open(file.path, .readOnly))
      let version = FileVersion(contentOf: try source.descriptor.status())
      let outcomes = Outcomes()
      let served = try ServedSocket { _, response in
        do throws(RequestFailure) {
          try await response.start(length: 3_000_005)
          try await response.write(Array("head:".utf8))
          try await response.write(source, 0..<3_000_000, of: version)
          outcomes.append(nil)
        } catch {
          outcomes.append(error)
          await response.abort()
        }
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request())
      while peer.receivedCount < taken {
        try peer.receive()
        await TestLoop.settle()
      }
      for _ in 0..<5 { await TestLoop.settle() }
      let earlier: [FileAttributeKey: Any] = [.modificationDate: Date(timeIntervalSince1970: 1)]
      try FileManager.default.setAttributes(earlier, ofItemAtPath: file.path)
      let response = try await peer.response()
      #expect(response.applicationStatus != 0 && !response.records.contains(0))
      #expect(response.output.count < 1_500_000)
      #expect((Array("head:".utf8) + file.content).starts(with: response.output))
      #expect(outcomes.values == [.fileChanged])
      #expect(try await peer.isClosed())
    }
  }

  @Test func fileOfAnotherVersionIsNotSentAtAll() async throws {
    let file = TemporaryFile(Handlers.pattern(100_000))
    try await TestLoop.run {
      let source = SharedDescriptor(try FileDescriptor.open(file.path, .readOnly))
      var version = FileVersion(contentOf: try source.descriptor.status())
      version.modified.nanoseconds ^= 1
      let other = version
      let served = try ServedSocket { _, response in
        do throws(RequestFailure) {
          try await response.start(length: 100_004)
          try await response.write([1, 2, 3, 4])
          try await response.write(source, 0..<100_000, of: other)
        } catch {
          #expect(error == .fileChanged)
          #expect(response.withdraw())
          try? await response.send([9])
        }
      }
      let peer = try served.connect()
      for _ in 0..<2 {
        try await peer.send(WireBytes.request())
        #expect(try await peer.response().output == [9], "nothing had left: another response takes its place")
      }
      await served.stop()
    }
  }

  // MARK: Breaking off

  /// What a client sees must never be mistaken for the whole, and must be nothing but its beginning.
  @Test(arguments: [0, 1, 1_000, 65_527, 65_528, 65_529, 100_000, 199_999])
  func responseThatIsBrokenOffIsAPrefix(written: Int) async throws {
    try await TestLoop.run {
      let served = try ServedSocket { _, response in
        try? await response.start(length: 200_000)
        try? await response.write(Handlers.pattern(written))
        await response.abort()
        await response.abort()
        #expect(response.bytesSent <= written && !response.withdraw())
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request())
      let response = try await peer.response()
      #expect(response.output.count <= written && Handlers.pattern(written).starts(with: response.output))
      #expect(response.applicationStatus != 0 && response.protocolStatus == 0)
      #expect(!response.records.contains(0), "an empty STDOUT record would look like a good end")
      #expect(try await peer.isClosed())
    }
  }

  @Test func handlerThatReturnsTooEarlyBreaksOff() async throws {
    try await TestLoop.run {
      let served = try ServedSocket { request, response in
        guard request.parameters["REQUEST_URI"] == "/begun" else { return }
        try? await response.start(length: 200_000)
        try? await response.write([1, 2, 3])
      }
      let begun = try served.connect()
      try await begun.send(WireBytes.request(Handlers.parameters("/begun")))
      #expect(try await begun.response().applicationStatus != 0)
      #expect(try await begun.isClosed())
      let silent = try served.connect()
      try await silent.send(WireBytes.request(Handlers.parameters("/silent")))
      #expect(try await silent.isClosed())
    }
  }

  // MARK: The last bytes

  @Test(arguments: [(65_528, 22), (65_550, 22), (100_000, 22), (22, 22), (0, 0), (70_000, 70_000)])
  func whatIsWrittenAfterADrainHasRecordsOfItsOwn(length: Int, heldBack: Int) async throws {
    try await TestLoop.run {
      let (gate, reached) = (WaitPoint(), Tally())
      let content = Handlers.pattern(length)
      let served = try ServedSocket { _, response in
        do throws(RequestFailure) {
          try await response.start(length: UInt64(length))
          try await response.write(Array(content[..<(length - heldBack)]))
          try await response.drain()
          reached.add()
          _ = await gate.wait()
          try await response.write(Array(content[(length - heldBack)...]))
          try await response.finish()
        } catch {
          return
        }
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request())
      var before = 0
      while before < length - heldBack { before += try await peer.record().content.count }
      #expect(await TestLoop.until { reached.value == 1 })
      #expect(before == length - heldBack)
      #expect(try peer.receive() == 0)
      gate.wake()
      #expect(try await peer.response().output == Array(content[(length - heldBack)...]))
      await served.stop()
    }
  }

  /// The check before the last record waits until the web server has really taken what was sent.
  @Test func drainWaitsForTheReader() async throws {
    try await TestLoop.run {
      let drained = Tally()
      let served = try ServedSocket { _, response in
        do throws(RequestFailure) {
          try await response.start(length: 100_022)
          try await response.write(Handlers.pattern(100_000))
          try await response.drain()
          drained.add()
          try await response.write([UInt8](repeating: 1, count: 22))
          try await response.finish()
        } catch {
          return
        }
      }
      let peer = try served.connect()
      try await peer.send(WireBytes.request())
      for _ in 0..<20 { await TestLoop.settle() }
      #expect(drained.value == 0)
      #expect(try await peer.response().output.count == 100_022)
      #expect(drained.value == 1)
      await served.stop()
    }
  }
}

/// A file that goes with its value.
final class TemporaryFile: Sendable {
  let path: String
  let content: [UInt8]

  init(_ content: [UInt8]) {
    path = FileManager.default.temporaryDirectory.appending(path: "fastcgi-\(UUID().uuidString)").path
    self.content = content
    _ = FileManager.default.createFile(atPath: path, contents: Data(content))
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }
}
