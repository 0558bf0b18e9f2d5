internal import AccountRecords
internal import EventLoop
internal import HTTPSemantics
internal import Journal
internal import Posix
internal import S3Documents
internal import Storage
internal import WebService

/// Access keys, as `vitrine key` has them.
extension Console {
  nonisolated static let keyRoutes = [
    route(.get, "keys", for: .operator) { (console, _, _) async throws(ConsoleProblem) in
      let all = try await console.fromStorage { (keys) async throws(StorageError) in try await keys.all() }
      return WebResponse(status: .ok, json: ["keys": .array(all.map(\.publicJSON))])
    },
    route(.post, "keys", for: .operator) { (console, exchange, _) async throws(ConsoleProblem) in
      try await console.addKey(exchange)
    },
    route(.put, "keys/{name}", for: .operator) { (console, exchange, _) async throws(ConsoleProblem) in
      try await console.changeKey(exchange)
    },
    route(.delete, "keys/{name}", for: .operator) { (console, exchange, _) async throws(ConsoleProblem) in
      let name = exchange.captures["name"] ?? ""
      let wasThere = try await console.fromStorage { (keys) async throws(StorageError) in try await keys.remove(name) }
      guard wasThere else { throw ConsoleProblem(.notFound) }
      console.activity.record(.keyRemoved(name: name))
      return WebResponse(status: .noContent)
    },
  ]

  /// Does something with the keys.
  private func fromStorage<Value: Sendable>(
    _ work: (AccessKeyStore) async throws(StorageError) -> Value
  ) async throws(ConsoleProblem) -> Value {
    do throws(StorageError) { return try await work(keys) } catch { throw ConsoleProblem(error) }
  }

  /// The only answer that has the secret.
  private func addKey(_ exchange: Exchange) async throws(ConsoleProblem) -> WebResponse {
    let body = try await JSONBody.read(exchange)
    let name = try body.text("name")
    guard AccessKey.isName(name), name != configuration.rootKey?.access else { throw ConsoleProblem(.invalidName) }
    let given = body["secret"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    if let given, !AccessKey.isSecret(given) { throw ConsoleProblem(.invalidSecret) }
    let secret = given ?? AccessKey.newSecret()
    let key = AccessKey(name: name, secret: secret, policy: try policy(body), created: Clock.now())
    let isNew = try await fromStorage { (keys) async throws(StorageError) in try await keys.add(key) }
    guard isNew else { throw ConsoleProblem(.exists) }
    activity.record(.keyAdded(name: name))
    return WebResponse(
      status: .created,
      json: .object(key.publicMembers + [.init(name: "secret", value: .string(secret))]))
  }

  /// Disables or enables a key, or gives it another policy; members that are not there change nothing.
  private func changeKey(_ exchange: Exchange) async throws(ConsoleProblem) -> WebResponse {
    let body = try await JSONBody.read(exchange)
    let name = exchange.captures["name"] ?? ""
    var disabled: Bool?
    if let value = body["disabled"] {
      guard case .bool(let flag) = value else {
        throw ConsoleProblem(.malformedRequest, "disabled is neither true nor false")
      }
      disabled = flag
    }
    let changesPolicy = ["policy", "template"].contains { body[$0] != nil }
    let policy = try self.policy(body)
    let isDisabled = disabled
    let isThere = try await fromStorage { (keys) async throws(StorageError) in
      try await keys.update(name) { key in
        if let isDisabled { key.isDisabled = isDisabled }
        if changesPolicy { key.policy = policy }
      }
    }
    guard isThere else { throw ConsoleProblem(.notFound) }
    if let isDisabled { activity.record(isDisabled ? .keyDisabled(name: name) : .keyEnabled(name: name)) }
    if changesPolicy { activity.record(.keyPolicySet(name: name)) }
    return WebResponse(status: .noContent)
  }

  /// The policy that a request gives a key: `policy` is a document, `template` the name of one of ours, with `bucket` and
  /// `prefix`; nil for the usual rights of an account.
  private func policy(_ body: JSONValue) throws(ConsoleProblem) -> String? {
    // What is no text must not pass for no policy, which would widen what the key may.
    for member in ["policy", "template"] {
      switch body[member] {
      case nil, .null?, .string?: continue
      default: throw ConsoleProblem(.malformedRequest, "\(member) is no text")
      }
    }
    if let name = body["template"]?.stringValue, !name.isEmpty {
      func given(_ member: String) -> String? { body[member]?.stringValue.flatMap { $0.isEmpty ? nil : $0 } }
      guard let document = PolicyTemplate(rawValue: name)?.policy(bucket: given("bucket"), prefix: given("prefix"))
      else { throw ConsoleProblem(.invalidPolicy, "the template needs a bucket, or a prefix") }
      return String(decoding: JSONWriter.write(document), as: UTF8.self)
    }
    guard let text = body["policy"]?.stringValue, !text.isEmpty else { return nil }
    do throws(S3Error) {
      _ = try PolicyDocument(forAccount: Array(text.utf8))
      return text
    } catch {
      throw ConsoleProblem(.invalidPolicy, error.message)
    }
  }
}

extension AccessKey {
  /// What may be shown of a key: all but its secret.
  fileprivate var publicMembers: [JSONValue.Member] {
    [
      .init(name: "name", value: .string(name)), .init(name: "created", value: .int(created.seconds)),
      .init(name: "disabled", value: .bool(isDisabled)),
      .init(name: "policy", value: policy.map { .string($0) } ?? .null),
    ]
  }

  fileprivate var publicJSON: JSONValue { .object(publicMembers) }
}
