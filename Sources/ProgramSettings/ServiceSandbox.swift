/// What a service may see and write under its unit (systemd.exec(5)), from the properties that `systemctl show` prints. It
/// knows the options by which folders are hidden, protected and opened; the narrowest one that names a path counts.
public struct ServiceSandbox: Sendable, Equatable {
  /// What becomes of a path.
  public enum Access: Sendable, Equatable {
    case writable
    case readOnly
    /// Something else, or nothing, stands there in the service's view: why.
    case hidden(by: String)
  }

  /// The properties to be asked for.
  public static let properties = [
    "LoadState", "User", "ExecStart", "ProtectSystem", "ProtectHome", "PrivateTmp", "StateDirectory", "LogsDirectory",
    "RuntimeDirectory", "CacheDirectory", "ReadWritePaths", "ReadOnlyPaths", "InaccessiblePaths", "BindPaths",
    "BindReadOnlyPaths", "TemporaryFileSystem",
  ]

  private struct Rule: Sendable, Equatable {
    var path: String
    var access: Access
    /// Nothing below can be opened again, whatever else is said of it.
    var isFinal = false
    /// It brings the path itself, so that it is there also below a folder that is empty otherwise.
    var isBind = false
  }

  /// The user who runs it; nil for root.
  public let user: String?
  /// The command line, as systemd prints it.
  public let commandLine: String
  /// The paths without which the unit does not start: those that are named without a `-` before them.
  public let requiredPaths: [String]
  private var rules: [Rule]

  /// Reads `NAME=value` lines.
  /// - Returns: nil where no such unit is loaded.
  public init?(properties text: String) {
    var values: [Substring: Substring] = [:]
    for line in text.split(separator: "\n") {
      guard let equals = line.firstIndex(of: "=") else { continue }
      values[line[..<equals]] = line[line.index(after: equals)...]
    }
    guard values["LoadState"] == "loaded" else { return nil }
    func words(_ name: Substring) -> [Substring] { (values[name] ?? "").split(separator: " ") }

    user = values["User"].flatMap { $0.isEmpty ? nil : String($0) }
    commandLine = String(values["ExecStart"] ?? "")
    var rules = Self.rules(system: values["ProtectSystem"] ?? "no")
    rules += Self.rules(home: values["ProtectHome"] ?? "no")
    if values["PrivateTmp"] == "yes" || values["PrivateTmp"] == "disconnected" {
      rules += ["/tmp", "/var/tmp"].map { Rule(path: $0, access: .hidden(by: "PrivateTmp=yes")) }
    }
    let folders: [(Substring, String)] = [
      ("StateDirectory", "/var/lib/"), ("LogsDirectory", "/var/log/"), ("RuntimeDirectory", "/run/"),
      ("CacheDirectory", "/var/cache/"),
    ]
    for (name, parent) in folders {
      rules += words(name).map { Rule(path: parent + ($0.split(separator: ":").first ?? ""), access: .writable) }
    }
    var required: [String] = []
    /// The path without the marks before it.
    func plain(_ word: Substring) -> String {
      let path = String(word.drop { $0 == "-" || $0 == "+" })
      if !word.hasPrefix("-"), !word.hasPrefix("+-") { required.append(path) }
      return path
    }
    rules += words("ReadWritePaths").map { Rule(path: plain($0), access: .writable) }
    rules += words("ReadOnlyPaths").map { Rule(path: plain($0), access: .readOnly) }
    rules += words("InaccessiblePaths").map {
      Rule(path: plain($0), access: .hidden(by: "InaccessiblePaths="), isFinal: true)
    }
    rules += words("TemporaryFileSystem").map { word in
      Rule(path: String(word.split(separator: ":").first ?? "/"), access: .hidden(by: "TemporaryFileSystem="))
    }
    for (name, access) in [("BindPaths", Access.writable), ("BindReadOnlyPaths", .readOnly)] as [(Substring, Access)] {
      rules += words(name).map { word in
        let parts = word.split(separator: ":")
        let source = plain(parts.first ?? "/")
        return Rule(path: parts.count > 1 ? String(parts[1]) : source, access: access, isBind: true)
      }
    }
    self.rules = rules
    requiredPaths = required
  }

  /// What the service may do with a path: full, without links in it.
  public func access(to path: String) -> Access {
    let fitting = rules.enumerated().filter { Self.contains($0.element.path, path) }
    if let barrier = fitting.first(where: { $0.element.isFinal }) { return barrier.element.access }
    // From the widest to the narrowest; of two for the same path the later counts.
    let ordered = fitting.sorted {
      ($0.element.path.utf8.count, $0.offset) < ($1.element.path.utf8.count, $1.offset)
    }
    var chosen = Rule(path: "/", access: .writable)
    for (_, rule) in ordered {
      // What is hidden stays so, unless something brings it in.
      if case .hidden = chosen.access, !rule.isBind, rule.path != chosen.path { continue }
      chosen = rule
    }
    return chosen.access
  }

  private static func contains(_ folder: String, _ path: String) -> Bool {
    folder == "/" || path == folder || path.hasPrefix(folder + "/")
  }

  private static func rules(system: Substring) -> [Rule] {
    switch system {
    case "strict": [Rule(path: "/", access: .readOnly)]
    case "full": ["/usr", "/boot", "/efi", "/etc"].map { Rule(path: $0, access: .readOnly) }
    case "yes", "true": ["/usr", "/boot", "/efi"].map { Rule(path: $0, access: .readOnly) }
    default: []
    }
  }

  private static func rules(home: Substring) -> [Rule] {
    let homes = ["/home", "/root", "/run/user"]
    return switch home {
    case "yes", "true": homes.map { Rule(path: $0, access: .hidden(by: "ProtectHome=yes"), isFinal: true) }
    case "read-only": homes.map { Rule(path: $0, access: .readOnly) }
    case "tmpfs": homes.map { Rule(path: $0, access: .hidden(by: "ProtectHome=tmpfs")) }
    default: []
    }
  }
}
