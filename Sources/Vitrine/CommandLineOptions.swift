internal import Posix
internal import ProgramSettings

/// What stands behind a subcommand: options with values, and operands.
struct CommandLineOptions {
  private(set) var values: [String: String] = [:]
  private(set) var operands: [String] = []

  /// Reads `--name value`, `--name=value`, and operands; all that follows `--` are operands.
  init(_ arguments: [String], known: Set<String>) throws(CommandLineProblem) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        operands += rest
        return
      }
      guard argument.hasPrefix("--") else {
        operands.append(argument)
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
      guard known.contains(parts[0]) else { throw CommandLineProblem(description: "unknown argument \(argument)") }
      guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
        throw CommandLineProblem(description: "\(argument) needs a value")
      }
      values[parts[0]] = value
    }
  }
}

extension CommandLineOptions {
  /// The settings, from the environment and the file of `--config`. Where neither says which tree is meant, a line on
  /// standard error does.
  func settings(command: String) -> SettingsArguments.Outcome {
    let outcome = SettingsArguments.read(values["--config"].map { ["--config", $0] } ?? [], command: command)
    if case .settings(let settings) = outcome, values["--config"] == nil,
      Environment.value(SettingsTable.data.name) == nil
    {
      let source = InstalledProgram.settingsFile.map { "the settings in \($0)" } ?? "default: no --config was given"
      Terminal.complain("vitrine \(command): the tree is \(Self.fullPath(settings.data)) (\(source))")
    }
    return outcome
  }

  private static func fullPath(_ path: String) -> String {
    path.hasPrefix("/") ? path : ((try? currentDirectoryPath()) ?? ".") + "/" + path
  }
}

/// Wrong usage, in words.
struct CommandLineProblem: Error {
  let description: String
}
