public import Posix
public import TLS

/// Why there is no response.
public enum HTTPFailure: Error, Equatable, Sendable {
  /// There is no connection.
  case connect(ConnectFailure)
  /// TLS failed.
  case tls(TLSFailure)
  /// Reading or writing failed.
  case system(Errno)
  /// Nothing came within the connection's patience.
  case timedOut
  /// What came is no response.
  case response(HTTPResponseError)
}

/// A connection to a server of HTTP/1.1, for a thread that may wait: one request after the other.
public struct HTTPConnection: ~Copyable {
  private let origin: HTTPOrigin
  private let channel: Channel
  /// Whether another request may be sent.
  public private(set) var isReusable = true
  /// The address of this end.
  public let localAddress: String?

  private init(_ origin: HTTPOrigin, _ channel: consuming Channel, localAddress: String?) {
    self.origin = origin
    self.channel = channel
    self.localAddress = localAddress
  }

  /// Connects.
  /// - Parameter seconds: the patience of the connect and of each wait after it.
  public static func open(to origin: HTTPOrigin, seconds: Int) throws(HTTPFailure) -> HTTPConnection {
    let socket: FileDescriptor
    do throws(ConnectFailure) {
      socket = try FileDescriptor.connect(host: origin.host, port: origin.port, seconds: seconds)
    } catch {
      throw .connect(error)
    }
    socket.disableSendDelay()
    let localAddress = socket.localAddress
    return HTTPConnection(origin, try Channel.open(over: socket, origin), localAddress: localAddress)
  }

  /// Whole days until the server's certificate runs out; nil without TLS.
  public var certificateDaysLeft: Int? { channel.certificateDaysLeft }

  /// Sends a request and waits for its response. A server that answers and closes before it has taken the whole body is
  /// heard all the same.
  public mutating func exchange(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse {
    isReusable = false
    do throws(HTTPFailure) {
      try send(request)
    } catch .system(.brokenPipe), .system(.connectionReset) {
      // The response may be waiting.
    }
    var reader = ResponseReader(isHead: request.method == "HEAD", bodyLimit: request.bodyLimit)
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      if let response = reader.response {
        isReusable = reader.isReusable
        return response
      }
      if case .announced = request.body, let interim = reader.interim.first { return interim }
      let count = try channel.read(into: &buffer)
      do throws(HTTPResponseError) {
        if count == 0 { try reader.endOfInput() } else { try reader.receive(buffer[..<count]) }
      } catch {
        throw .response(error)
      }
    }
  }

  private func send(_ request: HTTPRequest) throws(HTTPFailure) {
    try channel.writeAll(request.head(authority: origin.authority).span)
    switch request.body {
    case .none, .announced: break
    case .bytes(let bytes): try channel.writeAll(bytes.span)
    case .chunked(let bytes):
      let size = String(bytes.count, radix: 16)
      try channel.writeAll((Array("\(size)\r\n".utf8) + bytes + Array("\r\n0\r\n\r\n".utf8)).span)
    case .zeros(let count):
      let zeros = [UInt8](repeating: 0, count: 65_536)
      var rest = count
      while rest > 0 {
        let part = Int(min(rest, UInt64(zeros.count)))
        try channel.writeAll(zeros.span.extracting(0..<part))
        rest -= UInt64(part)
      }
    }
  }
}
