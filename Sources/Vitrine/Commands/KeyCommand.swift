internal import AccountRecords
internal import ArgumentParsing
internal import EventLoop
internal import HTTPSemantics
internal import Journal
internal import LocalStorage
internal import Posix
internal import ProgramSettings
internal import S3Documents
internal import Storage

/// `vitrine key`: the access keys of the object store.
enum KeyCommand {
  static let help = """
    usage: vitrine key add NAME [--secret S] [--policy FILE] [--config FILE]
           vitrine key list [--config FILE]
           vitrine key disable|enable NAME [--config FILE]
           vitrine key policy NAME [--policy FILE] [--config FILE]
           vitrine key remove NAME [--config FILE]

    Access keys of the object store, besides the root pair of the settings. Each is an account: it owns the buckets that
    it makes, and sees no others unless a policy says so. A policy file (IAM policy language) narrows or widens that.
    Changes are effective at once, without a restart. A secret that is made here is printed once, and never again.
    `policy` without a file takes the policy away: the key has an account's usual rights then.
    """

  static let syntax = CommandSyntax(
    options: [
      CommandOption("--secret", .required("a secret")), CommandOption("--policy", .required("a file")), .settingsFile,
    ], operands: .any)

  private static let actions = [
    CommandAction("add", options: ["--secret", "--policy", "--config"], takesName: true),
    CommandAction("list", options: ["--config"], takesName: false),
    CommandAction("disable", options: ["--config"], takesName: true),
    CommandAction("enable", options: ["--config"], takesName: true),
    CommandAction("policy", options: ["--policy", "--config"], takesName: true),
    CommandAction("remove", options: ["--config"], takesName: true),
  ]

  @Sendable static func run(_ arguments: CommandArguments) throws(CommandFailure) -> Int32 {
    // Wrong usage is reported whatever the settings say.
    let (action, name) = try CommandFailure.ofUsage { () throws(UsageError) in
      let asked = try arguments.action(of: actions)
      if asked.action.name == "add" { try check(asked.name, secret: arguments.value("--secret")) }
      return asked
    }
    let settings = try arguments.settings(announcedBy: "key")
    switch action.name {
    case "list": try list(settings)
    case "add": try add(name, secret: arguments.value("--secret"), policy: arguments.value("--policy"), settings)
    case "policy": try setPolicy(name, arguments.value("--policy"), settings)
    case "remove":
      try change(settings, .keyRemoved(name: name), orSay: noKey) { (keys) async throws(StorageError) in
        try await keys.remove(name)
      }
    default: try disable(name, action.name == "disable", settings)
    }
    return ExitStatus.done
  }

  /// What a new key may be called, and how long its secret must be.
  private static func check(_ name: String, secret: String?) throws(UsageError) {
    guard AccessKey.isName(name) else {
      throw .unsuitableOperand(
        expected: "a key's name: 3 to 128 letters, digits and . _ - @ +", given: name)
    }
    if let secret, !AccessKey.isSecret(secret) {
      throw .unsuitableValue(option: "--secret", expected: "8 characters or more", given: nil)
    }
  }

  private static func add(
    _ name: String, secret: String?, policy path: String?, _ settings: Settings
  ) throws(CommandFailure) {
    guard name != settings.rootKeys?.access else { throw .failed("\(name) is the root key; choose another name") }
    let policy = try policy(in: path)
    let made = secret == nil ? AccessKey.newSecret() : nil
    let key = AccessKey(name: name, secret: secret ?? made ?? "", policy: policy, created: Clock.now())
    try change(settings, .keyAdded(name: name), orSay: "there is a key of that name; remove it first") {
      (keys) async throws(StorageError) in
      try await keys.add(key)
    }
    if let made { Terminal.say(made) }
  }

  /// The policy document in a file; nil without a file.
  private static func policy(in path: String?) throws(CommandFailure) -> String? {
    guard let path else { return nil }
    let bytes: [UInt8]
    do throws(Errno) { bytes = try FileDescriptor.open(path, .readOnly).readAll(limit: 1 << 20) } catch {
      throw .failed("cannot read \(path): \(error)")
    }
    do throws(S3Error) { _ = try PolicyDocument(forAccount: bytes) } catch {
      throw .failed("\(path) is no policy of an account: \(error.message)")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func disable(_ name: String, _ isDisabled: Bool, _ settings: Settings) throws(CommandFailure) {
    try change(settings, isDisabled ? .keyDisabled(name: name) : .keyEnabled(name: name), orSay: noKey) {
      (keys) async throws(StorageError) in
      try await keys.update(name) { $0.isDisabled = isDisabled }
    }
  }

  private static func setPolicy(_ name: String, _ path: String?, _ settings: Settings) throws(CommandFailure) {
    let policy = try policy(in: path)
    try change(settings, .keyPolicySet(name: name), orSay: noKey) { (keys) async throws(StorageError) in
      try await keys.update(name) { $0.policy = policy }
    }
  }

  private static func list(_ settings: Settings) throws(CommandFailure) {
    if let problem = ServiceIdentity.enter(dataFolder: settings.data) { throw .failed(problem) }
    do {
      for key in try LoopedCommand.result({ try await keys(settings).all() }) {
        let notes = [key.policy == nil ? nil : "policy", key.isDisabled ? "disabled" : nil].compactMap(\.self)
        let made = RFC3339.format(key.created.seconds)
        Terminal.say(([key.name, made] + notes).joined(separator: "  "))
      }
    } catch {
      throw .failed("cannot read the keys in \(settings.location): \(error)")
    }
  }

  /// The keys of the data folder, or of the database.
  @EventLoopActor
  static func keys(_ settings: Settings) async throws -> AccessKeyStore {
    if let storage = try await SharedStorage.opened(settings) { return AccessKeyStore(in: storage.documents) }
    let folder = try PrivateFolder(dataFolder: settings.data)
    return AccessKeyStore(in: LocalDocumentStore(in: folder, pool: BlockingPool(name: "store", limit: 1)))
  }

  private static let noKey = "there is no key of that name"

  /// Changes the keys, and notes it in app.log.
  /// - Parameter refusal: what is said where the change returns false.
  private static func change(
    _ settings: Settings, _ event: ActivityEvent, orSay refusal: String,
    _ body: @escaping @Sendable (AccessKeyStore) async throws(StorageError) -> Bool
  ) throws(CommandFailure) {
    if let problem = ServiceIdentity.enter(dataFolder: settings.data) { throw .failed(problem) }
    let isDone: Bool
    do { isDone = try LoopedCommand.result { try await body(try await keys(settings)) } } catch {
      throw .failed("cannot change the keys in \(settings.location): \(error)")
    }
    guard isDone else { throw .failed(refusal) }
    do throws(Errno) {
      try ActivityLog(path: settings.logs + "/app.log", language: settings.language) { _ in }.record(event)
    } catch {
      Terminal.complain("vitrine key: done, but app.log cannot be written: \(error)")
    }
  }
}
