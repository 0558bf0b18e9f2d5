import EventLoop
import FastCGI
import FastCGIFixture
import LoopFixture
import Posix

/// The services as a web server meets them: each request is FastCGI bytes on a socket, and so is its answer.
@EventLoopActor
final class Service {
  let data: DataFolder
  private let socket: ServedSocket

  init(_ settings: [String: String]) throws {
    data = try DataFolder(settings)
    socket = try ServedSocket(data.handler)
  }

  /// Sends a request and takes its answer, on a connection of its own.
  func send(_ request: WebServerRequest) async throws -> Answer {
    let peer = try socket.connect()
    defer { peer.close() }
    try await peer.send(request.bytes)
    do {
      return try Answer(try await peer.response(), isHead: request.method == "HEAD")
    } catch is WebServerPeer.Closed {
      throw Answer.Missing(reason: "the connection was closed")
    }
  }

  /// A connection on which a test sends and receives at its own pace.
  func connect() throws -> WebServerPeer { try socket.connect() }

  /// Ends what is left, and removes the data: the last service of a run is not freed before the process ends.
  func stop() async {
    await socket.stop()
    data.remove()
  }

  // MARK: In plain terms

  /// A request of a visitor of the image host.
  func visit(
    _ method: String, _ target: String, body: [UInt8]? = nil, fields: [String: String] = [:]
  ) async throws -> Answer {
    try await send(WebServerRequest(method, target, .web, fields: fields, body: body))
  }

  /// A request to the object store, signed with version 4 by an account; not signed by nobody.
  func store(
    _ method: String, _ target: String, body: [UInt8]? = nil, fields: [String: String] = [:],
    as account: Account? = .root
  ) async throws -> Answer {
    var request = WebServerRequest(method, target, .objectStore, fields: fields, body: body)
    if let account { S3TestSigner(account).sign(&request) }
    return try await send(request)
  }

  /// Puts an object.
  @discardableResult
  func put(
    _ target: String, body: [UInt8] = [], fields: [String: String] = [:], as account: Account? = .root
  ) async throws -> Answer {
    try await store("PUT", target, body: body, fields: fields, as: account)
  }

  /// Gets an object, or a document of a bucket.
  func get(_ target: String, fields: [String: String] = [:], as account: Account? = .root) async throws -> Answer {
    try await store("GET", target, fields: fields, as: account)
  }

  /// Deletes an object or a bucket.
  @discardableResult
  func delete(_ target: String, fields: [String: String] = [:], as account: Account? = .root) async throws -> Answer {
    try await store("DELETE", target, fields: fields, as: account)
  }

  /// Posts to the object store.
  func post(
    _ target: String, body: String = "", fields: [String: String] = [:], as account: Account? = .root
  ) async throws -> Answer {
    try await store("POST", target, body: Array(body.utf8), fields: fields, as: account)
  }

  /// Sends requests at the same time, each on a connection of its own.
  func atOnce(
    _ count: Int, _ request: @escaping @EventLoopActor @Sendable (Int) async throws -> Answer
  ) async throws -> [Answer] {
    let answers = Record<Answer>()
    let failures = Record<any Error & Sendable>()
    for index in 0..<count {
      EventLoop.current.start {
        do { answers.append(try await request(index)) } catch { failures.append(error) }
      }
    }
    guard await TestLoop.until({ answers.values.count + failures.values.count == count }) else {
      throw Answer.Missing(reason: "\(count - answers.values.count) of \(count) answers did not come")
    }
    if let failure = failures.values.first { throw failure }
    return answers.values
  }
}

/// Runs a test on the loop, with services over a data folder of their own.
func withService(
  _ settings: [String: String] = [:], _ body: @escaping @EventLoopActor @Sendable (Service) async throws -> Void
) async throws {
  try await TestLoop.run {
    let service = try Service(settings)
    do {
      try await body(service)
      await service.stop()
    } catch {
      await service.stop()
      throw error
    }
  }
}
