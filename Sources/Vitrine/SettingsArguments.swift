internal import Posix
internal import ProgramSettings

/// Reads the settings of a command from its arguments, the environment and the settings file.
enum SettingsArguments {
  enum Outcome {
    case settings(Settings)
    /// The exit status, after a line on standard error.
    case stopped(Int32)
  }

  /// - Parameter command: the subcommand's name, for messages.
  static func read(_ arguments: [String], command: String) -> Outcome {
    var flags: [String: String] = [:]
    var configuration: String?
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      let (name, attached) = split(argument)
      if name == "--config" {
        guard let path = attached ?? rest.popFirst() else { return usage("--config needs a file", command) }
        configuration = path
      } else if let setting = SettingsTable.all.first(where: { $0.flag == name }) {
        if setting.isSwitch {
          flags[setting.name] = attached ?? "on"
        } else {
          guard let value = attached ?? rest.popFirst() else { return usage("\(name) needs a value", command) }
          flags[setting.name] = value
        }
      } else {
        return usage("unknown argument \(argument)", command)
      }
    }
    do throws(SettingError) {
      return .settings(
        try Settings(
          SettingSource(
            flags: flags, environment: Environment.all(), configuration: configuration ?? InstalledProgram.settingsFile)
        ))
    } catch {
      Terminal.complain("vitrine: \(error)")
      return .stopped(ExitStatus.failed)
    }
  }

  private static func split(_ argument: String) -> (name: String, value: String?) {
    guard argument.hasPrefix("--"), let equals = argument.firstIndex(of: "=") else { return (argument, nil) }
    return (String(argument[..<equals]), String(argument[argument.index(after: equals)...]))
  }

  private static func usage(_ message: String, _ command: String) -> Outcome {
    .stopped(Terminal.misused(command, message))
  }
}
