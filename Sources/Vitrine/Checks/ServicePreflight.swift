internal import Posix
internal import ProgramSettings
internal import Supervisor

/// What the unit of the service makes of the settings: folders that it hides or protects, and its socket. The program that
/// checks is not confined as the service is, and sees no fault there.
enum ServicePreflight {
  static func problems(_ settings: Settings, _ sandbox: ServiceSandbox) -> [String] {
    let missing = sandbox.requiredPaths.filter { (try? fileStatus(atPath: $0)) == nil }.map {
      "vitrine.service names \($0), which is not there, and does not start: make it, or write -\($0) there"
    }
    return missing
      + [
        writing(SettingsTable.data, settings.data, sandbox), writing(SettingsTable.logs, settings.logs, sandbox),
        settings.photos.flatMap { reading($0, sandbox) }, socket(settings),
      ].compactMap { $0 }
  }

  private static func writing(_ setting: Setting, _ path: String, _ sandbox: ServiceSandbox) -> String? {
    switch sandbox.access(to: withoutLinks(path)) {
    case .writable: nil
    case .readOnly:
      "\(setting.name): vitrine.service may not write to \(path); "
        + remedy("ReadWritePaths=\(withoutLinks(path))")
    case .hidden(let option): hidden(setting, path, option, bind: "BindPaths")
    }
  }

  private static func reading(_ path: String, _ sandbox: ServiceSandbox) -> String? {
    guard case .hidden(let option) = sandbox.access(to: withoutLinks(path)) else { return nil }
    return hidden(SettingsTable.photos, path, option, bind: "BindReadOnlyPaths")
  }

  private static func hidden(_ setting: Setting, _ path: String, _ option: String, bind: String) -> String {
    let start = "\(setting.name): vitrine.service does not see \(path) (\(option)); "
    guard option.hasPrefix("ProtectHome") else { return start + "choose another folder" }
    return start + remedy("ProtectHome=tmpfs and \(bind)=\(withoutLinks(path))")
  }

  private static func remedy(_ lines: String) -> String {
    "systemctl edit vitrine, and write there, under [Service]: \(lines)"
  }

  /// The socket comes from systemd, whatever the settings say; nginx connects to where the settings say.
  private static func socket(_ settings: Settings) -> String? {
    guard let listening = InstalledProgram.socket() else { return nil }
    let own: String
    switch settings.listen {
    case .unix(let path): own = path
    case .tcp(let host, let port): own = "\(host):\(port)"
    }
    let addresses = listening.split(separator: " ").map { String($0) }
    guard !addresses.contains(own) else { return nil }
    return "VITRINE_LISTEN: vitrine.socket listens on \(addresses.first ?? "nothing"), and nginx is led to \(own); "
      + "set both alike (systemctl edit vitrine.socket)"
  }

  /// The path as the kernel goes it, as far as it is there.
  private static func withoutLinks(_ path: String) -> String {
    var existing = path
    var rest = ""
    while true {
      if let resolved = try? resolvedPath(existing) {
        return resolved == "/" ? "/" + rest.dropFirst() : resolved + rest
      }
      guard let slash = existing.lastIndex(of: "/"), slash != existing.startIndex else { return path }
      rest = existing[slash...] + rest
      existing = String(existing[..<slash])
    }
  }
}
