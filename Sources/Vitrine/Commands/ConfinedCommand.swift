internal import ArgumentParsing
internal import ImageHost
internal import Posix

/// `vitrine confined PROGRAM ARGUMENT…`: limits itself, then executes what makes a thumbnail. Workers start it, since
/// limits cannot be set from outside between a spawn and an exec.
enum ConfinedCommand {
  static let name = "confined"
  static let help =
    "usage: vitrine confined PROGRAM [ARGUMENT]...\n\nExecutes a program within the limits for thumbnails."

  /// What stands before the program's own command line. The link leads to this very program, even after an upgrade.
  static let launcher = ["/proc/self/exe", name]

  @Sendable static func run(_ arguments: CommandArguments) throws(CommandFailure) -> Int32 {
    let commandLine = arguments.operandTexts
    guard !commandLine.isEmpty else { throw .usage(.otherOperands(expected: "which program to execute")) }
    return execute(commandLine)
  }

  /// Becomes the program that stands first in the command line.
  /// - Returns: where that cannot be done, the exit status.
  static func execute(_ commandLine: [String]) -> Int32 {
    do throws(Errno) {
      try ThumbnailProgram.confinement.apply()
      try ProcessControl.execute(commandLine[0], arguments: commandLine)
    } catch {
      Terminal.complain("vitrine: \(commandLine[0]): \(error)")
      return ExitStatus.failed
    }
  }
}
