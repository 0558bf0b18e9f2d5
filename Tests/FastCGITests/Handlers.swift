import EventLoop
import FastCGI
import FastCGIWire
import LoopFixture

/// Handlers that several tests use.
enum Handlers {
  /// Answers with the request's target and the length of its body.
  static let echo: FastCGIServer.Handler = { request, response in
    var length = 0
    do throws(RequestFailure) {
      while let bytes = try await request.body.next() { length += bytes.count }
      try await response.send(Array("\(request.parameters["REQUEST_URI"] ?? "-") \(length)".utf8))
    } catch {
      return
    }
  }

  /// Answers without looking at the body.
  static func answer(_ bytes: [UInt8]) -> FastCGIServer.Handler {
    { _, response in try? await response.send(bytes) }
  }

  static func parameters(_ target: String, length: Int? = nil) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendPair(name: Array("REQUEST_URI".utf8), value: Array(target.utf8))
    if let length { bytes.appendPair(name: Array("CONTENT_LENGTH".utf8), value: Array("\(length)".utf8)) }
    return bytes
  }

  /// Bytes by which a mixed-up order would show.
  static func pattern(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
  }
}

/// How a handler's response came to its end.
typealias Outcomes = Record<RequestFailure?>
