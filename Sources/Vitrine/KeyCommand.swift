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

  @Sendable static func run(_ arguments: [String]) -> Int32 {
    guard let action = arguments.first else { return usage("say add, list, disable, enable, policy or remove") }
    let line: CommandLineOptions
    do throws(CommandLineProblem) {
      line = try CommandLineOptions(Array(arguments.dropFirst()), known: ["--secret", "--policy", "--config"])
    } catch {
      return usage(error.description)
    }
    if let problem = misuse(action, line) { return usage(problem) }
    switch line.settings(command: "key") {
    case .stopped(let status): return status
    case .settings(let settings):
      switch action {
      case "list": return list(settings)
      case "add": return add(line.operands[0], line.values, settings)
      case "remove": return remove(line.operands[0], settings)
      case "policy": return setPolicy(line.operands[0], line.values["--policy"], settings)
      default: return disable(line.operands[0], action == "disable", settings)
      }
    }
  }

  /// What is wrong with the command line, whatever the settings say; nil where nothing is.
  private static func misuse(_ action: String, _ line: CommandLineOptions) -> String? {
    let options: Set<String>
    switch action {
    case "list": options = ["--config"]
    case "add": options = ["--secret", "--policy", "--config"]
    case "policy": options = ["--policy", "--config"]
    case "remove", "disable", "enable": options = ["--config"]
    default: return "there is no action \(action)"
    }
    if let other = line.values.keys.sorted().first(where: { !options.contains($0) }) {
      return "\(action) takes no \(other)"
    }
    if action == "list" { return line.operands.isEmpty ? nil : "list takes no name" }
    return line.operands.count == 1 ? nil : "\(action) takes one name"
  }

  private static func add(_ name: String, _ options: [String: String], _ settings: Settings) -> Int32 {
    guard AccessKey.isName(name), name != settings.rootKeys?.access else {
      return failure("\(name) cannot be a key's name: 3 to 128 letters, digits and . _ - @ +, and not the root key's")
    }
    if let secret = options["--secret"], !AccessKey.isSecret(secret) {
      return failure("a secret has 8 characters or more")
    }
    let policy: String?
    switch read(options["--policy"]) {
    case .success(let document): policy = document
    case .failure(let problem): return failure(problem.description)
    }
    let made = options["--secret"] == nil ? AccessKey.newSecret() : nil
    let key = AccessKey(
      name: name, secret: options["--secret"] ?? made ?? "", policy: policy, created: Clock.now())
    return change(settings, .keyAdded(name: name)) { (keys) throws(StoreError) in
      try keys.add(key)
    } done: {
      if let made { Terminal.say(made) }
    }
  }

  /// The policy document in a file; nil without a file.
  private static func read(_ path: String?) -> Result<String?, CommandLineProblem> {
    guard let path else { return .success(nil) }
    do throws(Errno) {
      let bytes = try FileDescriptor.open(path, .readOnly).readAll(limit: 1 << 20)
      do throws(S3Error) { _ = try PolicyDocument(forAccount: bytes) } catch {
        return .failure(CommandLineProblem(description: "\(path) is no policy of an account: \(error.message)"))
      }
      return .success(String(decoding: bytes, as: UTF8.self))
    } catch {
      return .failure(CommandLineProblem(description: "cannot read \(path): \(error)"))
    }
  }

  private static func disable(_ name: String, _ isDisabled: Bool, _ settings: Settings) -> Int32 {
    change(settings, isDisabled ? .keyDisabled(name: name) : .keyEnabled(name: name)) { (keys) throws(StoreError) in
      try keys.update(name) { $0.isDisabled = isDisabled }
    } done: {
    }
  }

  private static func setPolicy(_ name: String, _ path: String?, _ settings: Settings) -> Int32 {
    switch read(path) {
    case .failure(let problem): return failure(problem.description)
    case .success(let policy):
      return change(settings, .keyPolicySet(name: name)) { (keys) throws(StoreError) in
        try keys.update(name) { $0.policy = policy }
      } done: {
      }
    }
  }

  private static func list(_ settings: Settings) -> Int32 {
    if let problem = ServiceIdentity.enter(dataFolder: settings.data) { return failure(problem) }
    do throws(StoreError) {
      for key in try AccessKeyStore(in: try PrivateFolder(dataFolder: settings.data)).all() {
        let notes = [key.policy == nil ? nil : "policy", key.isDisabled ? "disabled" : nil].compactMap(\.self)
        let made = RFC3339.format(key.created.seconds)
        Terminal.say(([key.name, made] + notes).joined(separator: "  "))
      }
      return ExitStatus.done
    } catch {
      return failure("cannot read the keys in \(settings.data): \(error)")
    }
  }

  private static func remove(_ name: String, _ settings: Settings) -> Int32 {
    change(settings, .keyRemoved(name: name)) { (keys) throws(StoreError) in
      try keys.remove(name)
    } done: {
    }
  }

  private static func change(
    _ settings: Settings, _ event: ActivityEvent, _ body: (AccessKeyStore) throws(StoreError) -> Void,
    done: () -> Void
  ) -> Int32 {
    if let problem = ServiceIdentity.enter(dataFolder: settings.data) { return failure(problem) }
    do throws(StoreError) {
      try body(AccessKeyStore(in: try PrivateFolder(dataFolder: settings.data)))
    } catch .exists {
      return failure("there is a key of that name; remove it first")
    } catch .notFound {
      return failure("there is no key of that name")
    } catch {
      return failure("cannot change the keys in \(settings.data): \(error)")
    }
    do throws(Errno) {
      try ActivityLog(path: settings.logs + "/app.log", language: settings.language) { _ in }.record(event)
    } catch {
      Terminal.complain("vitrine key: done, but app.log cannot be written: \(error)")
    }
    done()
    return ExitStatus.done
  }

  private static func failure(_ message: String) -> Int32 {
    Terminal.failed("key", message)
  }

  private static func usage(_ message: String) -> Int32 {
    Terminal.misused("key", message)
  }
}
