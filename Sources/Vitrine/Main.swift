internal import HTTPSemantics
internal import Posix

/// The program: its first argument names what to do.
@main
struct Main {
  static func main() {
    SignalSet.ignoreBrokenPipes()
    let status = run(Array(ProgramArguments.bytes.dropFirst()))
    ProcessControl.exitNow(status)
  }

  private static func run(_ arguments: [[UInt8]]) -> Int32 {
    guard let first = arguments.first else {
      Terminal.complain(Help.program)
      return ExitStatus.usage
    }
    let rest = Array(arguments.dropFirst())
    let name = String(decoding: first, as: UTF8.self)
    switch name {
    case "-h", "--help", "help":
      Terminal.say(Help.program)
      return ExitStatus.done
    case "--version": return VersionCommand.command.run([])
    default:
      guard let command = Commands.all.first(where: { $0.name == name }) else {
        Terminal.complain("vitrine: there is no subcommand \(LineEscaping.escape(name)); see vitrine --help")
        return ExitStatus.usage
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
