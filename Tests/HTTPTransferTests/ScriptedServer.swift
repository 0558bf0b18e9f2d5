import Glibc
import HTTPTransfer
import Posix
import Synchronization

/// A server on 127.0.0.1 that takes connections one after the other and does with each what its script says, whatever the
/// client wants.
final class ScriptedServer: Sendable {
  enum Step: Sendable {
    /// Reads until these bytes have come.
    case awaits(String)
    case sends(String)
    /// Keeps the connection open so long, or until the client closes it.
    case waits(milliseconds: Int32)
    /// Closes it so that the client sees a reset.
    case resets
  }

  let origin: HTTPOrigin
  private let listening: Int32
  private let heard = Mutex("")

  private let sentCount = Mutex(0)

  /// How many bytes the system has taken for clients.
  var sent: Int { sentCount.withLock { $0 } }

  /// All that clients have sent.
  var received: String { heard.withLock { $0 } }

  init(_ scripts: [[Step]]) throws {
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    listening = server
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let port = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(server, address, length) == 0 && listen(server, 8) == 0
          && getsockname(server, address, &length) == 0
      } ? UInt16(bigEndian: pointer.pointee.sin_port) : 0
    }
    origin = HTTPOrigin("http://127.0.0.1:\(port)")!
    _ = try Thread(name: "server") { [self] in
      for script in scripts {
        let connection = accept(server, nil, nil)
        guard connection >= 0 else { return }
        run(script, connection)
        close(connection)
      }
    }
  }

  deinit {
    shutdown(listening, Int32(SHUT_RDWR))
    close(listening)
  }

  private func run(_ script: [Step], _ connection: Int32) {
    var pending = ""
    for step in script {
      switch step {
      case .awaits(let text):
        while !pending.contains(text) {
          var buffer = [UInt8](repeating: 0, count: 65_536)
          let count = recv(connection, &buffer, buffer.count, 0)
          guard count > 0 else { return }
          let piece = String(decoding: buffer[..<count], as: UTF8.self)
          pending += piece
          heard.withLock { $0 += piece }
        }
        pending = ""
      case .sends(let text):
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
          let count = send(
            connection, Array(bytes[done..<min(bytes.count, done + 65_536)]), min(65_536, bytes.count - done),
            Int32(MSG_NOSIGNAL))
          guard count > 0 else { return }
          done += count
          sentCount.withLock { $0 += count }
        }
      case .waits(let milliseconds):
        // POLLRDHUP, which Glibc does not export.
        var watched = pollfd(fd: connection, events: 0x2000, revents: 0)
        poll(&watched, 1, milliseconds)
      case .resets:
        var lingering = linger(l_onoff: 1, l_linger: 0)
        setsockopt(connection, SOL_SOCKET, SO_LINGER, &lingering, socklen_t(MemoryLayout<linger>.size))
      }
    }
  }
}
