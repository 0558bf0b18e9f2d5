internal import ArgumentParsing
internal import HTTPSemantics
internal import ProgramSettings

/// `vitrine settings`: the table of settings as the README and the manual page have it, for whoever edits them and for
/// the test that compares them.
enum SettingsCommand {
  static let syntax = CommandSyntax(options: [CommandOption("--markdown"), CommandOption("--man")])

  @Sendable static func run(_ arguments: CommandArguments) throws(CommandFailure) -> Int32 {
    switch arguments.options.map(\.name) {
    case ["--markdown"]: Terminal.say(markdown)
    case ["--man"]: Terminal.say(manual)
    default: throw .usage(.otherOperands(expected: "--markdown or --man"))
    }
    return ExitStatus.done
  }

  private static var markdown: String {
    let rows = SettingsTable.all.map { setting in
      let flag = setting.flag.map { ", `\($0)`" } ?? ""
      return "| `\(setting.name)`\(flag) | \(defaultCell(setting)) | \(escaped(setting.help)) |"
    }
    return (["| variable | default | meaning |", "| --- | --- | --- |"] + rows).joined(separator: "\n")
  }

  /// A default that could be written in a settings file is code; one that describes a value is prose.
  private static func defaultCell(_ setting: Setting) -> String {
    setting.defaultText.contains(" ") || setting.defaultText == "none"
      ? setting.defaultText : "`\(setting.defaultText)`"
  }

  /// Text in which Markdown finds no HTML.
  private static func escaped(_ text: String) -> String {
    text.split(separator: "<", omittingEmptySubsequences: false).joined(separator: "&lt;")
  }

  /// Tagged paragraphs of man(7).
  private static var manual: String {
    SettingsTable.all.map { setting in
      let flag = setting.flag.map { ", \\fB\(roff($0))\\fR" } ?? ""
      return ".TP\n\\fB\(setting.name)\\fR\(flag)\n\(roff("\(setting.help) (default: \(setting.defaultText))"))"
    }.joined(separator: "\n")
  }

  /// Text in which troff finds no command: backslashes and leading dots or quotes are escaped, hyphens stay hyphens.
  private static func roff(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      default: result.append(character)
      }
    }
    return result.hasPrefix(".") || result.hasPrefix("'") ? "\\&" + result : result
  }
}
