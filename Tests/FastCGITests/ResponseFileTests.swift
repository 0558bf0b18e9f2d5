import EventLoop
import FastCGI
import FastCGIFixture
import FastCGIWire
import Foundation
import LoopFixture
import Posix
import Testing

/// Content of files, which goes to the peer without passing through the process.
struct ResponseFileTests {
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
