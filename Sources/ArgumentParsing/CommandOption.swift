/// An option that a command has, such as `--config FILE`.
public struct CommandOption: Sendable, Hashable {
  /// What may follow the option's name.
  public enum Value: Sendable, Hashable {
    /// Nothing.
    case none
    /// A value, as the next argument or behind `=`. The text tells what it is, such as `a file`.
    case required(String)
    /// A value behind `=`; without it, the one given here.
    case attached(default: String)
  }

  /// The name, with its dashes.
  public let name: String
  /// What may follow it.
  public let value: Value

  /// An option.
  public init(_ name: String, _ value: Value = .none) {
    self.name = name
    self.value = value
  }

  /// Whether the name has one dash.
  var isShort: Bool { !name.hasPrefix("--") }
}

/// What may stand on the command line of a command.
public struct CommandSyntax: Sendable {
  /// What a command takes besides options.
  public enum Operands: Sendable, Equatable {
    /// Nothing.
    case none
    /// So many, in words such as `GET or PUT, and BUCKET/KEY`.
    case exactly(Int, String)
    /// Any number of them.
    case any
    /// Files: a name that looks like an option is written with `./` in front.
    case files
    /// Every argument, whatever it looks like: they are another program's.
    case everything
  }

  /// The options, besides `--help`, which every command has.
  public let options: [CommandOption]
  /// What it takes besides them.
  public let operands: Operands

  /// A syntax.
  public init(options: [CommandOption] = [], operands: Operands = .none) {
    self.options = options
    self.operands = operands
  }
}

/// One of the things that a command does: it stands first among the operands.
public struct CommandAction: Sendable, Equatable {
  /// The name.
  public let name: String
  /// The names of the options that it takes, of those that the command has.
  public let options: Set<String>
  /// Whether it takes one name behind it; otherwise it takes none.
  public let takesName: Bool

  /// An action.
  public init(_ name: String, options: Set<String> = [], takesName: Bool) {
    self.name = name
    self.options = options
    self.takesName = takesName
  }
}
