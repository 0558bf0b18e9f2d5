internal import ArgumentParsing
internal import ProgramSettings

/// One subcommand.
struct Command: Sendable {
  let name: String
  /// One line for the list of subcommands.
  let summary: String
  /// The text of `--help`.
  let help: String
  /// What may stand behind its name.
  var syntax = CommandSyntax()
  /// Whether it is left out of the list: for tests, and for the program itself.
  var isHidden = false
  /// What it does.
  /// - Returns: the exit status.
  let perform: @Sendable (CommandArguments) throws(CommandFailure) -> Int32

  /// Reads what stands behind the name, and does it.
  /// - Returns: the exit status: 0 done, 1 failed, 2 wrong usage.
  func run(_ arguments: [[UInt8]]) -> Int32 {
    do throws(CommandFailure) {
      let arguments = try CommandFailure.ofUsage { () throws(UsageError) in try CommandArguments(arguments, syntax) }
      if arguments.wantsHelp {
        Terminal.say(help)
        return ExitStatus.done
      }
      return try perform(arguments)
    } catch {
      switch error {
      case .usage(let error):
        Terminal.complain("vitrine \(name): \(error); see vitrine \(name) --help")
        return ExitStatus.usage
      case .settings(let error):
        Terminal.complain("vitrine: \(error)")
        return ExitStatus.failed
      case .failed(let reason):
        Terminal.complain("vitrine \(name): \(reason)")
        return ExitStatus.failed
      }
    }
  }
}

/// Why a command was not carried out.
enum CommandFailure: Error {
  /// It was called wrongly, whatever the settings say.
  case usage(UsageError)
  /// The settings cannot be read.
  case settings(SettingError)
  /// It failed, for the reason given in words.
  case failed(String)

  /// Does what may find wrong usage.
  static func ofUsage<Result>(_ body: () throws(UsageError) -> Result) throws(CommandFailure) -> Result {
    do throws(UsageError) { return try body() } catch { throw .usage(error) }
  }
}
