import EventLoop
import HTTPSemantics
import Testing

/// Somebody at the console, as its pages are: with a session, and the proof that goes with it.
@EventLoopActor
struct ConsoleVisitor {
  let service: Service
  /// The cookie of the session; empty for nobody.
  var cookie = ""
  /// What the pages send as a field with each request.
  var proof = "1"
  /// What stands in the addresses of pictures and downloads.
  var linkProof = ""

  /// What the browser and the pages send along.
  var fields: [String: String] {
    cookie.isEmpty ? ["x-vitrine-console": proof] : ["x-vitrine-console": proof, "cookie": cookie]
  }

  /// A request of the console's own, below `/-/console/`.
  func call(
    _ method: String, _ path: String, _ content: JSONValue? = nil, fields more: [String: String] = [:]
  ) async throws -> Answer {
    try await service.send(
      WebServerRequest(
        method, "/-/console/\(path)", .console, fields: fields.merging(more) { $1 },
        body: content.map { JSONWriter.write($0) }))
  }

  /// A request to the object store, with the session instead of a signature.
  func store(
    _ method: String, _ target: String, body: [UInt8]? = nil, fields more: [String: String] = [:]
  ) async throws -> Answer {
    try await service.send(
      WebServerRequest(
        method, "/-/console/store\(target)", .consoleStore, fields: fields.merging(more) { $1 }, body: body))
  }
}

extension Service {
  /// Signs an account in.
  func signIn(_ account: Account = .root) async throws -> ConsoleVisitor {
    var visitor = ConsoleVisitor(service: self)
    let answer = try await visitor.call(
      "POST", "session", ["access_key": .string(account.name), "secret_key": .string(account.secret)])
    try #require(answer.status == 201, "\(answer.text)")
    visitor.cookie = String(try #require(answer.fields["set-cookie"]).prefix { $0 != ";" })
    visitor.proof = try #require(answer["proof"]?.stringValue)
    visitor.linkProof = try #require(answer["link_proof"]?.stringValue)
    return visitor
  }

  /// Makes an access key, as the operator does at the console.
  /// - Parameter policy: what narrows it; nil for the usual rights of an account.
  func addKey(_ account: Account, policy: String? = nil) async throws {
    var content: [JSONValue.Member] = [
      .init(name: "name", value: .string(account.name)), .init(name: "secret", value: .string(account.secret)),
    ]
    if let policy { content.append(.init(name: "policy", value: .string(policy))) }
    let answer = try await signIn().call("POST", "keys", .object(content))
    try #require(answer.status == 201, "\(answer.text)")
  }
}
