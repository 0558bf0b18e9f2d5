internal import ArchivePacker
internal import Posix
internal import ProgramSettings

/// One subcommand.
struct Command: Sendable {
  let name: String
  /// One line for the list of subcommands.
  let summary: String
  /// The text of `--help`.
  let help: String
  /// Whether it is left out of the list: for tests, and for the program itself.
  var isHidden = false
  let run: @Sendable ([String]) -> Int32
}

/// The subcommands, in the order in which they are listed.
enum Commands {
  static let all: [Command] = [
    Command(
      name: "serve", summary: "run the supervisor and the worker pool", help: ServeCommand.help,
      run: ServeCommand.run),
    Command(
      name: "archive", summary: "pack files and folders into a zip", help: ArchiveCommand.help,
      run: { _ in ArchiveCommand.run(arguments: Array(ProgramArguments.bytes.dropFirst(2))) }),
    Command(
      name: "check", summary: "check settings and folders, and the way through nginx", help: CheckCommand.help,
      run: CheckCommand.run),
    Command(
      name: "key", summary: "make, list, change and remove access keys of the object store", help: KeyCommand.help,
      run: KeyCommand.run),
    Command(
      name: "picture", summary: "list, delete and block pictures", help: PictureCommand.help, run: PictureCommand.run),
    Command(
      name: "presign", summary: "print a link to an object that is good for a while", help: PresignCommand.help,
      run: PresignCommand.run),
    Command(
      name: "version", summary: "print the version, and those of the C libraries in use",
      help: "usage: vitrine version\n\nPrints the version, and those of the C libraries in use.",
      run: VersionCommand.run),
    Command(
      name: "routes", summary: "print the route table", help: "usage: vitrine routes", isHidden: true,
      run: RoutesCommand.run),
    Command(
      name: "settings", summary: "print the table of settings", help: "usage: vitrine settings --markdown | --man",
      isHidden: true, run: SettingsCommand.run),
    Command(
      name: ConfinedCommand.name, summary: "execute a program that makes a thumbnail", help: ConfinedCommand.help,
      isHidden: true, run: ConfinedCommand.run),
  ]
}

/// The text of `vitrine --help`.
enum Help {
  static var program: String {
    var text = "usage: vitrine SUBCOMMAND [ARGUMENTS]\n\nImages, archives and objects behind nginx.\n\n"
    for command in Commands.all where !command.isHidden {
      let padding = String(repeating: " ", count: max(1, 10 - command.name.count))
      text += "  \(command.name)\(padding)\(command.summary)\n"
    }
    return text + "\nEvery subcommand has --help. Exit status: 0 done, 1 failed, 2 wrong usage."
  }

  /// The table of settings, as `serve --help` shows it.
  static var settings: String {
    SettingsTable.all.map { setting in
      let flag = setting.flag.map { ", \($0)" } ?? ""
      return "  \(setting.name)\(flag) (default: \(setting.defaultText))\n      \(setting.help)"
    }.joined(separator: "\n")
  }
}
