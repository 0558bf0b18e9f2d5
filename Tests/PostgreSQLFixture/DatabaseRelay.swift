import Foundation
import Glibc
import Synchronization

/// Stands between a client and a server's unix socket, hands everything on, and cuts a connection at a chosen place.
public final class DatabaseRelay: Sendable {
  /// What becomes of the bytes in which the marker stands.
  public enum Cut: Sendable {
    /// They never reach the server.
    case beforeServer
    /// They reach it, and its answer never comes back.
    case beforeAnswer
  }

  /// The folder of the socket to connect to.
  public let folder: String
  private let listening: Int32
  private let target: String
  private let orders = Mutex<[(marker: [UInt8], cut: Cut)]>([])
  private let cuts = Atomic<Int>(0)
  private let connections = Atomic<Int>(0)

  /// A relay to the server that has its socket in a folder.
  public init(to server: String) throws {
    var template = Array("/tmp/vitrine-relay-XXXXXX".utf8CString)
    folder = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
    target = server + "/.s.PGSQL.5432"
    listening = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = Self.address(folder + "/.s.PGSQL.5432")
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listening, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard bound == 0, listen(listening, 64) == 0 else { throw CocoaError(.fileWriteUnknown) }
    let (socket, server) = (listening, target)
    Thread.detachNewThread { [weak self] in
      while true {
        let client = accept(socket, nil, nil)
        guard client >= 0, let self else { return }
        self.connections.add(1, ordering: .relaxed)
        self.serve(client, server)
      }
    }
  }

  deinit {
    shutdown(listening, Int32(SHUT_RDWR))
    close(listening)
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Cuts the next connection that sends these bytes.
  public func cut(_ cut: Cut, at marker: [UInt8]) { orders.withLock { $0.append((marker, cut)) } }

  /// How many connections were cut.
  public var cutCount: Int { cuts.load(ordering: .relaxed) }
  /// How many connections there were.
  public var connectionCount: Int { connections.load(ordering: .relaxed) }

  /// The string to connect with.
  public var connectionString: String { "host=\(folder) user=vitrine dbname=postgres" }

  private func serve(_ client: Int32, _ path: String) {
    let server = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = Self.address(path)
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(server, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard connected == 0 else {
      close(client)
      close(server)
      return
    }
    let isMute = Flag()
    let ends = Countdown(2) {
      close(client)
      close(server)
    }
    Thread.detachNewThread { [self] in
      pump(client, server) { bytes in
        guard let cut = takeOrder(in: bytes) else { return true }
        cuts.add(1, ordering: .relaxed)
        if cut == .beforeAnswer {
          isMute.raise()
          return true
        }
        return false
      }
      shutdown(client, Int32(SHUT_RDWR))
      shutdown(server, Int32(SHUT_RDWR))
      ends.countDown()
    }
    Thread.detachNewThread { [self] in
      pump(server, client) { _ in !isMute.isRaised }
      shutdown(client, Int32(SHUT_RDWR))
      shutdown(server, Int32(SHUT_RDWR))
      ends.countDown()
    }
  }

  private func takeOrder(in bytes: [UInt8]) -> Cut? {
    orders.withLock { orders in
      guard let index = orders.firstIndex(where: { order in bytes.contains(order.marker) }) else { return nil }
      return orders.remove(at: index).cut
    }
  }

  private func pump(_ source: Int32, _ target: Int32, _ passes: ([UInt8]) -> Bool) {
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = read(source, &buffer, buffer.count)
      guard count > 0, passes(Array(buffer[..<count])) else { return }
      var sent = 0
      while sent < count {
        let written = buffer[sent..<count].withUnsafeBytes {
          send(target, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard written > 0 else { return }
        sent += written
      }
    }
  }

  private static func address(_ path: String) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return address
  }
}

private final class Flag: Sendable {
  private let value = Atomic<Bool>(false)
  var isRaised: Bool { value.load(ordering: .sequentiallyConsistent) }
  func raise() { value.store(true, ordering: .sequentiallyConsistent) }
}

private final class Countdown: Sendable {
  private let left: Atomic<Int>
  private let action: @Sendable () -> Void

  init(_ count: Int, _ action: @escaping @Sendable () -> Void) {
    left = Atomic(count)
    self.action = action
  }

  func countDown() { if left.subtract(1, ordering: .sequentiallyConsistent).newValue == 0 { action() } }
}
