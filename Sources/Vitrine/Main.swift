internal import Posix

/// The program: its first argument names what to do.
@main
struct Main {
  static func main() {
    SignalSet.ignoreBrokenPipes()
    let status = run(Array(CommandLine.arguments.dropFirst()))
    ProcessControl.exitNow(status)
  }

  private static func run(_ arguments: [String]) -> Int32 {
    guard let name = arguments.first else {
      Terminal.complain(Help.program)
      return ExitStatus.usage
    }
    let rest = Array(arguments.dropFirst())
    switch name {
    case "-h", "--help", "help":
      Terminal.say(Help.program)
      return ExitStatus.done
    case "--version":
      return VersionCommand.run([])
    default:
      guard let command = Commands.all.first(where: { $0.name == name }) else {
        Terminal.complain("vitrine: there is no subcommand \(name); see vitrine --help")
        return ExitStatus.usage
      }
      if rest.contains("--help") || rest.contains("-h") {
        Terminal.say(command.help)
        return ExitStatus.done
      }
      return command.run(rest)
    }
  }
}

/// What the program ends with.
enum ExitStatus {
  static let done: Int32 = 0
  static let failed: Int32 = 1
  static let usage: Int32 = 2
}
