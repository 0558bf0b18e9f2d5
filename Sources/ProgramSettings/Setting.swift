/// One setting of the program: where it may be given, and what it means.
public struct Setting: Sendable {
  /// The name in the environment and in the settings file.
  public let name: String
  /// The command-line flag, with its dashes; nil where there is none.
  public let flag: String?
  /// Whether the flag stands alone, without a value.
  public let isSwitch: Bool
  /// The default, as people read it.
  public let defaultText: String
  /// What it means, one line.
  public let help: String

  init(_ name: String, flag: String? = nil, isSwitch: Bool = false, default defaultText: String, _ help: String) {
    self.name = name
    self.flag = flag
    self.isSwitch = isSwitch
    self.defaultText = defaultText
    self.help = help
  }
}
