internal import ArchivePacker
internal import ArgumentParsing
internal import ProgramSettings

/// The subcommands, in the order in which they are listed.
enum Commands {
  static let all: [Command] = [
    Command(
      name: "serve", summary: "run the supervisor and the worker pool", help: ServeCommand.help,
      syntax: ServeCommand.syntax, perform: ServeCommand.run),
    Command(
      name: "archive", summary: "pack files and folders into a zip", help: ArchiveCommand.help,
      syntax: ArchiveCommand.syntax
    ) { (arguments) throws(CommandFailure) in
      let isDone = try CommandFailure.ofUsage { () throws(UsageError) in try ArchiveCommand.run(arguments) }
      return isDone ? ExitStatus.done : ExitStatus.failed
    },
    Command(
      name: "check", summary: "check settings and folders, and the way through nginx", help: CheckCommand.help,
      syntax: CheckCommand.syntax, perform: CheckCommand.run),
    Command(
      name: "key", summary: "make, list, change and remove access keys of the object store", help: KeyCommand.help,
      syntax: KeyCommand.syntax, perform: KeyCommand.run),
    Command(
      name: "picture", summary: "list, delete and block pictures", help: PictureCommand.help,
      syntax: PictureCommand.syntax, perform: PictureCommand.run),
    Command(
      name: "presign", summary: "print a link to an object that is good for a while", help: PresignCommand.help,
      syntax: PresignCommand.syntax, perform: PresignCommand.run),
    Command(
      name: "copy", summary: "copy a data folder into a database and an engine, or back", help: CopyCommand.help,
      syntax: CopyCommand.syntax, perform: CopyCommand.run),
    Command(
      name: "rebuild", summary: "make the tables of a lost database anew from the engine", help: RebuildCommand.help,
      syntax: RebuildCommand.syntax, perform: RebuildCommand.run),
    VersionCommand.command,
    Command(
      name: "routes", summary: "print the route table", help: "usage: vitrine routes", isHidden: true,
      perform: RoutesCommand.run),
    Command(
      name: "settings", summary: "print the table of settings", help: "usage: vitrine settings --markdown | --man",
      syntax: SettingsCommand.syntax, isHidden: true, perform: SettingsCommand.run),
    Command(
      name: ConfinedCommand.name, summary: "execute a program that makes a thumbnail", help: ConfinedCommand.help,
      syntax: CommandSyntax(operands: .everything), isHidden: true, perform: ConfinedCommand.run),
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
