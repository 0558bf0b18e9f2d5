internal import ProgramSettings

/// `vitrine check`.
enum CheckCommand {
  static let help = """
    usage: vitrine check [--config FILE]

    Checks settings, folders, permissions and libmagic's database. Prints a line for each problem; exit status 1 if
    there is one.
    """

  @Sendable static func run(_ arguments: [String]) -> Int32 {
    let settings: Settings
    switch SettingsArguments.read(arguments, command: "check") {
    case .settings(let read): settings = read
    case .stopped(let status): return status
    }
    let problems = Preflight.allProblems(settings)
    for problem in problems { Terminal.say(problem) }
    if problems.isEmpty { Terminal.say("all is well") }
    return problems.isEmpty ? ExitStatus.done : ExitStatus.failed
  }
}
