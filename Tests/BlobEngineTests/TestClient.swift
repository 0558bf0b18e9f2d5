import BlobEngine
import Digests
import EventLoop
import LoopFixture

enum MD5Digest {
  static func of(_ bytes: [UInt8]) -> [UInt8] { MD5.digest(of: bytes) }
}

/// A client with little timeouts.
enum TestClient {
  static let pool = BlockingPool(name: "engine-md5", limit: 1)

  static var limits: EngineLimits {
    var limits = EngineLimits()
    limits.pause = 1
    return limits
  }

  /// A client with one connection for all.
  /// - Parameter idleReader: after how many milliseconds whoever leaves it alone has to lend it.
  @EventLoopActor
  static func withOneConnection(_ double: EngineDouble, idleReader: Int) throws -> EngineClient {
    var limits = limits
    limits.connections = 1
    limits.idleReader = idleReader
    return try make(double, limits: limits)
  }

  @EventLoopActor
  static func make(
    _ double: EngineDouble, limits: EngineLimits = limits, events: Record<EngineEvent>? = nil
  ) throws -> EngineClient {
    try EngineClient(
      double.endpoint, TestKey.credentials, limits: limits, pool: pool, report: { events?.append($0) })
  }

  /// A content that is given in pieces of at most so many bytes.
  static func content(_ bytes: [UInt8], pieces: Int = .max) -> EngineClient.Content {
    { offset, limit in [bytes.dropFirst(Int(offset)).prefix(min(limit, pieces))] }
  }
}

extension BlobDownload {
  /// All that is left.
  func all() async throws(EngineError) -> [UInt8] {
    var bytes: [UInt8] = []
    while let piece = try await next() { bytes += piece }
    return bytes
  }
}

/// Bytes no two stretches of which are the same.
func sample(_ count: Int) -> [UInt8] {
  var state: UInt64 = 88_172_645_463_325_252
  let words = (0..<(count + 7) / 8).map { _ in
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
  return words.withUnsafeBytes { Array($0.prefix(count)) }
}
