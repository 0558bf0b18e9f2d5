internal import Posix
internal import TLS

/// The bytes of a connection, with or without TLS.
enum Channel: ~Copyable {
  case plain(FileDescriptor)
  case secure(TLSConnection)

  static func open(over socket: consuming FileDescriptor, _ origin: HTTPOrigin) throws(HTTPFailure) -> Channel {
    guard origin.isSecure else { return .plain(socket) }
    do throws(TLSFailure) {
      return .secure(try TLSConnection.client(over: socket, host: origin.host))
    } catch {
      throw .tls(error)
    }
  }

  var certificateDaysLeft: Int? {
    switch self {
    case .plain: nil
    case .secure(let connection): connection.certificateDaysLeft
    }
  }

  /// - Returns: 0 at the end, be it a reset one.
  func read(into buffer: inout [UInt8]) throws(HTTPFailure) -> Int {
    switch self {
    case .plain(let socket):
      do throws(Errno) {
        return try socket.read(into: &buffer)
      } catch .connectionReset {
        return 0
      } catch {
        throw Self.failure(error)
      }
    case .secure(let connection):
      do throws(TLSFailure) {
        return try connection.read(into: &buffer)
      } catch .closed {
        return 0
      } catch {
        throw .tls(error)
      }
    }
  }

  func writeAll(_ bytes: Span<UInt8>) throws(HTTPFailure) {
    switch self {
    case .plain(let socket):
      do throws(Errno) {
        try socket.writeAll(bytes)
      } catch {
        throw Self.failure(error)
      }
    case .secure(let connection):
      do throws(TLSFailure) {
        try connection.writeAll(bytes)
      } catch {
        throw error == .closed ? .system(.brokenPipe) : .tls(error)
      }
    }
  }

  private static func failure(_ error: Errno) -> HTTPFailure {
    error == .wouldBlock ? .timedOut : .system(error)
  }
}
