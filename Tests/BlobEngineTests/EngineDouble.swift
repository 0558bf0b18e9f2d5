import BlobEngine
import Glibc
import HTTPSemantics
import HTTPTransfer
import Posix
import S3Authentication
import Synchronization

/// A server of HTTP/1.1 on 127.0.0.1, each connection on a thread of its own, that answers what a function of the test
/// says.
final class EngineDouble: Sendable {
  struct Request: Sendable {
    var method: String
    var target: String
    var fields: HeaderFields
    var body: [UInt8]
    /// How many came before it.
    var number: Int

    /// Path and query as the server sees them.
    var signed: S3Request {
      let parts = target.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1)
      return S3Request(
        method: method, rawPath: Array(parts[0]), rawQuery: parts.count > 1 ? Array(parts[1]) : [], fields: fields)
    }
  }

  enum Step: Sendable {
    case sends([UInt8])
    /// Does nothing for so long, or until the client closes.
    case waits(milliseconds: Int32)
    /// Closes so that the client sees a reset.
    case resets
    case closes

    /// An answer with its length.
    static func answer(_ status: Int, _ fields: [String: String] = [:], _ body: [UInt8] = []) -> Step {
      var head = "HTTP/1.1 \(status) Words\r\nContent-Length: \(body.count)\r\n"
      for field in fields { head += "\(field.key): \(field.value)\r\n" }
      return .sends(Array((head + "\r\n").utf8) + body)
    }

    static func head(_ status: Int, _ fields: [String: String]) -> Step {
      let lines = fields.map { "\($0.key): \($0.value)\r\n" }.joined()
      return .sends(Array("HTTP/1.1 \(status) Words\r\n\(lines)\r\n".utf8))
    }
  }

  typealias Script = @Sendable (Request) -> [Step]

  let endpoint: EngineEndpoint
  private let listening: Int32
  private let heard = Mutex<[Request]>([])
  private let taken = Mutex(0)
  private let peers = Mutex<Set<Int32>>([])
  private let script: Script
  /// Whether the body of a request is read before its script is asked.
  private let readsBodies: Bool

  /// What has come, in order.
  var requests: [Request] { heard.withLock { $0 } }

  /// How many connections are open.
  var openConnections: Int { peers.withLock { $0.count } }

  /// How many connections were made.
  var connections: Int { taken.withLock { $0 } }

  init(readsBodies: Bool = true, port: UInt16 = 0, _ script: @escaping Script) throws {
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    listening = server
    var one: Int32 = 1
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, 4)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(server, address, length) == 0 && listen(server, 64) == 0 && getsockname(server, address, &length) == 0
      } ? UInt16(bigEndian: pointer.pointee.sin_port) : 0
    }
    guard let endpoint = EngineEndpoint("http://127.0.0.1:\(bound)/bucket/pre/fix"), bound != 0 else {
      throw Errno.addressInUse
    }
    self.endpoint = endpoint
    self.script = script
    self.readsBodies = readsBodies
    _ = try Thread(name: "engine") { [weak self] in
      while true {
        let connection = accept(server, nil, nil)
        guard connection >= 0, let self else { return }
        self.taken.withLock { $0 += 1 }
        self.peers.withLock { _ = $0.insert(connection) }
        _ = try? Thread(name: "engine-peer") { [self] in
          self.serve(connection)
          self.peers.withLock { _ = $0.remove(connection) }
          close(connection)
        }
      }
    }
  }

  /// Takes no more connections, and cuts those that there are.
  func stop() {
    shutdown(listening, Int32(SHUT_RDWR))
    peers.withLock { for peer in $0 { shutdown(peer, Int32(SHUT_RDWR)) } }
  }

  deinit {
    stop()
    close(listening)
  }

  private func serve(_ connection: Int32) {
    var pending: [UInt8] = []
    while let request = receive(connection, &pending) {
      for step in script(request) {
        switch step {
        case .sends(let bytes): guard write(bytes, connection) else { return }
        case .waits(let milliseconds):
          // POLLRDHUP, which Glibc does not export.
          var watched = pollfd(fd: connection, events: 0x2000, revents: 0)
          poll(&watched, 1, milliseconds)
        case .resets:
          var lingering = linger(l_onoff: 1, l_linger: 0)
          setsockopt(connection, SOL_SOCKET, SO_LINGER, &lingering, socklen_t(MemoryLayout<linger>.size))
          return
        case .closes: return
        }
      }
    }
  }

  private func receive(_ connection: Int32, _ pending: inout [UInt8]) -> Request? {
    let end = Array("\r\n\r\n".utf8)
    var boundary: Int?
    while true {
      boundary = pending.indices.first { pending[$0...].starts(with: end) }
      if boundary != nil { break }
      guard more(connection, &pending) else { return nil }
    }
    guard let boundary else { return nil }
    let lines = String(decoding: pending[..<boundary], as: UTF8.self).split(separator: "\r\n")
    pending.removeFirst(boundary + 4)
    let words = lines[0].split(separator: " ")
    var fields = HeaderFields()
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      fields.append(String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }
    var body: [UInt8] = []
    if readsBodies {
      let length = fields["Content-Length"].flatMap { Int($0) } ?? 0
      while pending.count < length { guard more(connection, &pending) else { return nil } }
      body = Array(pending[..<length])
      pending.removeFirst(length)
    }
    return heard.withLock { list in
      let request = Request(
        method: String(words[0]), target: String(words[1]), fields: fields, body: body, number: list.count)
      list.append(request)
      return request
    }
  }

  private func more(_ connection: Int32, _ pending: inout [UInt8]) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(connection, &buffer, buffer.count, 0)
    guard count > 0 else { return false }
    pending += buffer[..<count]
    return true
  }

  private func write(_ bytes: [UInt8], _ connection: Int32) -> Bool {
    var done = 0
    while done < bytes.count {
      let piece = Array(bytes[done..<min(bytes.count, done + 65_536)])
      let count = send(connection, piece, piece.count, Int32(MSG_NOSIGNAL))
      guard count > 0 else { return false }
      done += count
    }
    return true
  }
}

extension EngineDouble.Request {
  /// The range of a GET, by its field.
  var range: Range<Int>? {
    guard let text = fields["Range"], text.hasPrefix("bytes=") else { return nil }
    let numbers = text.dropFirst(6).split(separator: "-").compactMap { Int($0) }
    return numbers.count == 2 ? numbers[0]..<(numbers[1] + 1) : nil
  }

  /// A right answer to a GET of a range of `whole`, of which only the first `count` bytes are sent.
  func partial(_ whole: [UInt8], sending count: Int = .max, entityTag: String? = nil) -> EngineDouble.Step {
    guard let range else { return .answer(400) }
    let head =
      "HTTP/1.1 206 Partial Content\r\nContent-Length: \(range.count)\r\n"
      + "Content-Range: bytes \(range.lowerBound)-\(range.upperBound - 1)/\(whole.count)\r\n"
      + (entityTag.map { "ETag: \"\($0)\"\r\n" } ?? "") + "\r\n"
    return .sends(Array(head.utf8) + whole[range].prefix(count))
  }
}

/// The pair that tests sign with.
enum TestKey {
  static let credentials = EngineClient.Credentials(accessKey: "test", secretKey: "secret", region: "us-east-1")

  /// Whether a request was signed with the pair.
  static func accepts(_ request: EngineDouble.Request) -> Bool {
    let outcome = Result {
      try S3Authenticator.authenticate(
        request.signed, now: Clock.now().seconds, secret: { $0 == "test" ? "secret" : nil })
    }
    if case .success(.authenticated) = outcome { return true }
    return false
  }
}

/// An engine in memory that does what is asked of one.
final class MemoryEngine: Sendable {
  private let blobs = Mutex<[String: (bytes: [UInt8], metadata: String?)]>([:])

  var names: [String] { blobs.withLock { $0.keys.sorted() } }

  subscript(_ target: String) -> [UInt8]? { blobs.withLock { $0[target]?.bytes } }

  func answer(_ request: EngineDouble.Request) -> [EngineDouble.Step] {
    guard TestKey.accepts(request) else { return [.answer(403)] }
    let target = request.target
    return blobs.withLock { blobs in
      switch request.method {
      case "PUT":
        blobs[target] = (request.body, request.fields["x-amz-meta-vitrine"])
        return [.answer(200, ["ETag": Self.tag(request.body), "x-amz-request-id": "R\(request.number)"])]
      case "DELETE":
        blobs[target] = nil
        return [.answer(204)]
      case "HEAD":
        guard let blob = blobs[target] else { return [.answer(404)] }
        var fields = ["ETag": Self.tag(blob.bytes), "Content-Length": "\(blob.bytes.count)"]
        fields["x-amz-meta-vitrine"] = blob.metadata
        return [.head(200, fields)]
      default:
        guard let blob = blobs[target] else {
          return [.answer(404, [:], Array("<Error><Code>NoSuchKey</Code></Error>".utf8))]
        }
        return [request.partial(blob.bytes)]
      }
    }
  }

  static func tag(_ bytes: [UInt8]) -> String {
    "\"\(Hexadecimal.encode(MD5Digest.of(bytes)))\""
  }
}
