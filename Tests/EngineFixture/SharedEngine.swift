import BlobEngine
import EngineStorage
import EventLoop
import HTTPTransfer
import LoopFixture
import S3EngineFixture
import Synchronization

/// The servers that tests share, each test below a prefix of its own.
public enum SharedEngine {
  private static let engines = Mutex<[S3Engine.Kind: Result<S3Engine, any Error>]>([:])
  /// A client lasts as long as its loop: libcurl's sockets are the loop's, too.
  private static let clients = Mutex<[EngineClient]>([])
  private static let pool = BlockingPool(name: "engine-md5", limit: 2)

  /// Blobs in an empty place of a server of that kind, which is started for the first one.
  public static func blobs(in kind: S3Engine.Kind) async throws -> S3BlobStore {
    let engine = try engines.withLock { engines in
      let engine = engines[kind] ?? Result { try S3Engine(kind) }
      engines[kind] = engine
      return engine
    }.get()
    guard let endpoint = EngineEndpoint("\(engine.address)/\(UInt64.random(in: 0 ... .max))") else {
      throw EngineError.malformed(engine.address)
    }
    let credentials = EngineClient.Credentials(accessKey: "test", secretKey: "secret", region: "us-east-1")
    TestLoop.start()
    let client = try await EngineClient(endpoint, credentials, limits: .generous, pool: pool)
    clients.withLock { $0.append(client) }
    return S3BlobStore(client)
  }
}

extension EngineLimits {
  /// Nothing is late on the loop's clock, which others put forward.
  public static let generous: EngineLimits = {
    let never = 10_000_000_000
    let timeouts = ExchangeTimeouts(connecting: never, sending: never, answer: never, receiving: never)
    var limits = EngineLimits()
    (limits.small, limits.put, limits.get) = (timeouts, timeouts, timeouts)
    limits.turn = never
    limits.pause = 10
    return limits
  }()
}
