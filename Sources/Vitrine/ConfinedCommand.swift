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

  @Sendable static func run(_ arguments: [String]) -> Int32 {
    guard let program = arguments.first else {
      Terminal.complain(help)
      return ExitStatus.usage
    }
    do throws(Errno) {
      try ThumbnailProgram.confinement.apply()
      try ProcessControl.execute(program, arguments: arguments)
    } catch {
      Terminal.complain("vitrine: \(program): \(error)")
      return ExitStatus.failed
    }
  }
}
