public import HTTPSemantics

/// What stands behind the name of a command: options with their values, and operands, in any order.
///
/// Options are written `--name`, `--name value` or `--name=value`; of one that stands twice the last counts. What follows
/// `--` is an operand. So is an argument with one dash, unless the command has options of that kind, and a dash alone.
/// Operands are bytes, since names of files are.
public struct CommandArguments: Sendable, Equatable {
  /// Options with their values, in the order in which they were given; empty for an option that takes none.
  public private(set) var options: [NameValuePair] = []
  /// The operands.
  public private(set) var operands: [[UInt8]] = []
  /// Whether the command is only asked how it is used.
  public private(set) var wantsHelp = false

  /// Reads the arguments of a command.
  public init(_ arguments: [[UInt8]], _ syntax: CommandSyntax) throws(UsageError) {
    if syntax.operands == .everything {
      operands = arguments
      wantsHelp = arguments.first.map(Self.isHelp) ?? false
      return
    }
    // Before anything else is said of the line.
    if arguments.prefix(while: { $0 != Self.separator }).contains(where: Self.isHelp) {
      wantsHelp = true
      return
    }
    let hasShortOptions = syntax.options.contains(where: \.isShort)
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == Self.separator {
        operands += rest
        break
      }
      if argument.starts(with: "--".utf8) || (hasShortOptions && argument.count > 1 && argument.first == Self.dash) {
        try readOption(argument, &rest, syntax)
      } else {
        operands.append(argument)
      }
    }
    try checkOperands(syntax)
  }

  /// The last value that an option was given; nil where it was not. Of an option that takes none, an empty one.
  public func value(_ option: String) -> String? {
    options.last { $0.name == option }?.value
  }

  /// The operands as text.
  public var operandTexts: [String] { operands.map { String(decoding: $0, as: UTF8.self) } }

  /// The action that is asked for, and its name if it takes one.
  public func action(of actions: [CommandAction]) throws(UsageError) -> (action: CommandAction, name: String) {
    let known = actions.map(\.name)
    let texts = operandTexts
    guard let first = texts.first else { throw .missingAction(known: known) }
    guard let action = actions.first(where: { $0.name == first }) else {
      throw .unknownAction(first, known: known)
    }
    if let other = options.first(where: { !action.options.contains($0.name) }) {
      throw .unsuitableOption(action: action.name, option: other.name)
    }
    guard texts.count == (action.takesName ? 2 : 1) else {
      throw .otherNames(action: action.name, takesName: action.takesName)
    }
    return (action, action.takesName ? texts[1] : "")
  }

  private static let dash = UInt8(ascii: "-")
  private static let separator = Array("--".utf8)

  private static func isHelp(_ argument: [UInt8]) -> Bool {
    argument == Array("--help".utf8) || argument == Array("-h".utf8)
  }

  private mutating func readOption(
    _ argument: [UInt8], _ rest: inout ArraySlice<[UInt8]>, _ syntax: CommandSyntax
  ) throws(UsageError) {
    let equals = argument.firstIndex(of: UInt8(ascii: "="))
    let name = String(decoding: argument[..<(equals ?? argument.endIndex)], as: UTF8.self)
    let attached = equals.map { Array(argument[($0 + 1)...]) }
    guard let option = syntax.options.first(where: { $0.name == name }) else {
      throw .unknownOption(String(decoding: argument, as: UTF8.self), isFile: syntax.operands == .files)
    }
    let value: [UInt8]
    switch option.value {
    case .none:
      guard attached == nil else { throw .unexpectedValue(option: name) }
      value = []
    case .attached(let standing): value = attached ?? Array(standing.utf8)
    case .required(let expected):
      guard let given = attached ?? rest.popFirst() else { throw .missingValue(option: name, expected: expected) }
      value = given
    }
    guard let text = String(validating: value, as: UTF8.self) else {
      throw .malformedValue(option: name, given: value)
    }
    options.append(NameValuePair(name, text))
  }

  private func checkOperands(_ syntax: CommandSyntax) throws(UsageError) {
    switch syntax.operands {
    case .none:
      if let operand = operandTexts.first { throw .unexpectedOperand(operand) }
    case .exactly(let count, let expected):
      guard operands.count == count else { throw .otherOperands(expected: expected) }
    case .any, .files, .everything: break
    }
  }
}
