import Foundation
import Posix
import Testing

@testable import Supervisor

struct ListeningSocketTests {
  private let folder = TemporaryFolder()
  private var path: String { folder.path + "/run/v.sock" }

  /// What the operator is told where no socket can be had.
  private func refusal(_ address: ListenAddress) -> String? {
    do throws(ListenError) {
      _ = try ListeningSocket.obtain(address, handover: nil).descriptor.number
      return nil
    } catch {
      #expect(!error.description.contains("\n"))
      return error.description
    }
  }

  /// Takes a waiting connection; the errno where that fails, nil where none waits.
  private func accept(_ listener: borrowing FileDescriptor) -> Result<Bool, Errno> {
    do throws(Errno) {
      return .success(try listener.accept() != nil)
    } catch {
      return .failure(error)
    }
  }

  private func connect() -> Errno? {
    do throws(Errno) {
      _ = try connectToUnixSocket(atPath: path).number
      return nil
    } catch {
      return error
    }
  }

  @Test func socketIsMadeWithItsFolderAndListens() throws {
    let socket = try ListeningSocket.obtain(.unix(path: path), handover: nil)
    #expect(connect() == nil)
    #expect(accept(socket.descriptor) == .success(true))
    #expect(accept(socket.descriptor) == .success(false), "it never waits")
  }

  @Test func secondInstanceIsRefusedAndLeavesTheFirstAlone() throws {
    let socket = try ListeningSocket.obtain(.unix(path: path), handover: nil)
    let line = try #require(refusal(.unix(path: path)))
    #expect(line.contains("another vitrine") && line.contains(path))
    #expect(connect() == nil && accept(socket.descriptor) == .success(true))
  }

  @Test(arguments: [10, 0])
  func socketOfAnotherProgramIsLeftAlone(backlog: Int32) throws {
    let other = try ForeignSocket(unix: path, backlog: backlog)
    var waiting: [SharedDescriptor] = []
    // With a full backlog nobody can connect, but somebody listens.
    while waiting.count < 20 {
      guard let next = try? SharedDescriptor(connectToUnixSocket(atPath: path)) else { break }
      waiting.append(next)
    }
    #expect(try #require(refusal(.unix(path: path))).contains("another program listens on \(path)"))
    #expect(other.isListening && (try? fileStatus(atPath: path).isSocket) == true)
  }

  @Test func socketThatNobodyListensOnIsTakenOver() throws {
    do { _ = try ForeignSocket(unix: path, backlog: 10) }
    #expect(connect() == .connectionRefused)
    let socket = try ListeningSocket.obtain(.unix(path: path), handover: nil)
    #expect(connect() == nil && accept(socket.descriptor) == .success(true))
  }

  @Test func fileThatIsNoSocketIsLeftAlone() throws {
    try FileManager.default.createDirectory(atPath: folder.path + "/run", withIntermediateDirectories: true)
    try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
    #expect(try #require(refusal(.unix(path: path))).contains("is no socket"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("precious".utf8))
  }

  @Test func pathsThatCannotBeAreRefused() throws {
    let long = folder.path + "/" + String(repeating: "x", count: 108 - folder.path.utf8.count - 1)
    #expect(long.utf8.count == 108)
    #expect(try #require(refusal(.unix(path: long))).contains("longer than 107 bytes"))
    #expect(refusal(.unix(path: String(long.dropLast()))) == nil)
    #expect(try #require(refusal(.unix(path: folder.path + "/a:9000"))).contains("colon"))
    #expect(try #require(refusal(.unix(path: "/proc/no/such/v.sock"))).contains("/proc/no/such"))
    #expect(try #require(refusal(.unix(path: "/proc/v.sock"))).contains("/proc/v.sock"))
  }

  @Test func takenPortIsRefusedAndAFreeOneTaken() throws {
    let port: UInt16
    do {
      let other = try ForeignSocket(port: 0)
      port = other.port
      #expect(try #require(refusal(.tcp(host: "127.0.0.1", port: port))).contains("port \(port) on 127.0.0.1 is taken"))
      #expect(refusal(.tcp(host: "localhost", port: port)) != nil)
      #expect(other.isListening)
    }
    let socket = try ListeningSocket.obtain(.tcp(host: "localhost", port: port), handover: nil)
    #expect(accept(socket.descriptor) == .success(false))
    let family = socket.descriptor.socketFamily
    #expect(family == .internet)
  }

  @Test func hostThatIsNotHereIsRefused() throws {
    #expect(try #require(refusal(.tcp(host: "192.0.2.1", port: 9_000))).contains("192.0.2.1:9000"))
    #expect(try #require(refusal(.tcp(host: "no.such.host.invalid", port: 9_000))).contains("no.such.host.invalid"))
  }

  @Test func handedOverSocketIsTakenAsItIs() throws {
    let first = try ListeningSocket.obtain(.unix(path: path), handover: nil)
    let handover = try first.handOver(leaving: [17])
    #expect(handover.ownedPath == path && handover.leavingWorkers == [17] && handover.lock != nil)
    // The other image has the same descriptors; here it gets copies, so that each owner closes its own.
    let copy = Handover(
      listener: try first.descriptor.duplicate().release(), lock: nil, ownedPath: handover.ownedPath,
      leavingWorkers: handover.leavingWorkers)
    let second = try ListeningSocket.obtain(.tcp(host: "elsewhere", port: 1), handover: copy)
    #expect(connect() == nil && accept(second.descriptor) == .success(true))
    first.keep()
  }

  @Test func refusedConnectionsLeaveWhoWaitsToBeServed() throws {
    let socket = try ListeningSocket.obtain(.unix(path: path), handover: nil)
    let early = [connect(), connect()]
    let copy = try socket.descriptor.duplicate()
    socket.refuseConnections()
    #expect(connect() == .noSuchFile)
    #expect(early == [nil, nil])
    #expect(accept(copy) == .success(true))
    #expect(accept(copy) == .success(true))
    #expect(accept(copy) == .success(false))
  }
}
