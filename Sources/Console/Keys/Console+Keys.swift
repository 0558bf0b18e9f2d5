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
  private nonisolated static let keyName = Parameter.text("name", in: .path, "The key.")
  private nonisolated static let newName = BodyMember.text(
    "name", "The name of the key.", schema: .text(pattern: "^[A-Za-z0-9._@+-]{3,128}$"))
  private nonisolated static let secret = optionalText(
    "secret", .text(pattern: "^(|.{8,1024})$"), "Its secret, 8 characters at least; one is made where it is not given.")
  private nonisolated static let disabled = BodyMember.flag("disabled", "Whether it is turned off.", isRequired: false)
  private nonisolated static let policy = optionalText(
    "policy", .text(format: "policy"), "What it may: a policy document, as text; empty for the usual rights.")
  private nonisolated static let template = optionalText(
    "template", .choice([""] + PolicyTemplate.allCases.map(\.rawValue)),
    "Instead of a policy: one of those that are ready-made.")
  private nonisolated static let bucket = optionalText("bucket", .text, "The bucket that the template is about.")
  private nonisolated static let prefix = optionalText("prefix", .text, "The beginning of the keys that it is about.")
  private nonisolated static let rights = [
    policy.declaration, template.declaration, bucket.declaration, prefix.declaration,
  ]

  /// Text that may be left out, null, or empty.
  private nonisolated static func optionalText(
    _ name: String, _ schema: Schema, _ description: String
  ) -> BodyMember<String?> {
    BodyMember(name, schema.orNull, description, isRequired: false) { value in
      switch value {
      case .null: .some(nil)
      case .string(let text): .some(text.isEmpty ? nil : text)
      default: nil
      }
    }
  }

  private nonisolated static let listed = JSONShape<[AccessKey]>(
    "Keys", [JSONMember("keys", .list(of: AccessKey.shape.type), "The keys.") { $0 }])
  private nonisolated static let made = JSONShape<AccessKey>(
    "NewKey",
    AccessKey.shape.members + [JSONMember("secret", .text, "Its secret; no other answer has it.") { $0.secret }])

  nonisolated static let keyRoutes = [
    route(
      .get, "keys", for: .operator, "listKeys", "All access keys but the operator's own",
      answers: [.json(listed.schema, "The keys.")]
    ) { (console, _, _) async throws(ConsoleProblem) in
      let all = try await console.fromStorage { (keys) async throws(StorageError) in try await keys.all() }
      return WebResponse(status: .ok, json: listed.json(all))
    },
    route(
      .post, "keys", for: .operator, "addKey", "Makes an access key",
      content: .json("KeyRequest", [newName.declaration, secret.declaration] + rights),
      answers: [.json(made.schema, "The key, with its secret.", status: .created)],
      refusing: [.invalidName, .invalidSecret, .invalidPolicy, .exists, .storageFull]
    ) { (console, exchange, _) async throws(ConsoleProblem) in
      try await console.addKey(exchange)
    },
    route(
      .put, "keys/{name}", for: .operator, "changeKey",
      "Turns a key off or on, or gives it another policy; what is left out stays",
      parameters: [keyName.declaration], content: .json("KeyChange", [disabled.declaration] + rights),
      answers: [.empty(.noContent, "It is changed.")], refusing: [.invalidPolicy, .notFound, .storageFull]
    ) { (console, exchange, _) async throws(ConsoleProblem) in
      try await console.changeKey(exchange)
    },
    route(
      .delete, "keys/{name}", for: .operator, "removeKey", "Removes a key", parameters: [keyName.declaration],
      answers: [.empty(.noContent, "It is removed.")], refusing: [.notFound, .storageFull]
    ) { (console, exchange, _) async throws(ConsoleProblem) in
      let name = exchange.value(keyName) ?? ""
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
    let name = try body.value(Self.newName)
    guard AccessKey.isName(name), name != configuration.rootKey?.access else { throw ConsoleProblem(.invalidName) }
    let given = Self.secret.value(in: body) ?? nil
    if let given, !AccessKey.isSecret(given) { throw ConsoleProblem(.invalidSecret) }
    let secret = given ?? AccessKey.newSecret()
    let key = AccessKey(name: name, secret: secret, policy: try policy(body), created: Clock.now())
    let isNew = try await fromStorage { (keys) async throws(StorageError) in try await keys.add(key) }
    guard isNew else { throw ConsoleProblem(.exists) }
    activity.record(.keyAdded(name: name))
    return WebResponse(status: .created, json: Self.made.json(key))
  }

  /// Disables or enables a key, or gives it another policy; members that are not there change nothing.
  private func changeKey(_ exchange: Exchange) async throws(ConsoleProblem) -> WebResponse {
    let body = try await JSONBody.read(exchange)
    let name = exchange.value(Self.keyName) ?? ""
    let isDisabled = Self.disabled.value(in: body)
    let changesPolicy = [Self.policy, Self.template].contains { body[$0.declaration.name] != nil }
    let policy = try self.policy(body)
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
    if let name = Self.template.value(in: body) ?? nil {
      guard
        let document = PolicyTemplate(rawValue: name)?.policy(
          bucket: Self.bucket.value(in: body) ?? nil, prefix: Self.prefix.value(in: body) ?? nil)
      else { throw ConsoleProblem(.invalidPolicy, "the template needs a bucket, or a prefix") }
      return String(decoding: JSONWriter.write(document), as: UTF8.self)
    }
    guard let text = Self.policy.value(in: body) ?? nil else { return nil }
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
  fileprivate static let shape = JSONShape<AccessKey>(
    "Key",
    [
      JSONMember("name", .text, "Its name.") { $0.name },
      JSONMember("created", .count, "When it was made, in seconds since 1970.") { $0.created.seconds },
      JSONMember("disabled", .flag, "Whether it is turned off.") { $0.isDisabled },
      JSONMember("policy", .orNull(.text), "Its policy, as text; null for the usual rights.") { $0.policy },
    ])
}
