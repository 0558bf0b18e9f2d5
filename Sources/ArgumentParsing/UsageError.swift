internal import HTTPSemantics

/// Why a command line cannot be carried out, whatever the settings say.
public enum UsageError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is no option of that name; `isFile` where a file may have been meant.
  case unknownOption(String, isFile: Bool)
  /// An option stands last, and needs a value.
  case missingValue(option: String, expected: String)
  /// An option has a value, and takes none.
  case unexpectedValue(option: String)
  /// The value of an option is not what it has to be. A value that is secret is not repeated.
  case unsuitableValue(option: String, expected: String, given: String?)
  /// The value of an option is no UTF-8.
  case malformedValue(option: String, given: [UInt8])
  /// The command takes no operands.
  case unexpectedOperand(String)
  /// The command takes another number of operands: these.
  case otherOperands(expected: String)
  /// No action is named: one of these must be.
  case missingAction(known: [String])
  /// There is no such action.
  case unknownAction(String, known: [String])
  /// The action does not take the option.
  case unsuitableOption(action: String, option: String)
  /// The action takes one name, or none.
  case otherNames(action: String, takesName: Bool)
  /// An operand is not what it has to be.
  case unsuitableOperand(expected: String, given: String)
  /// An operand that must be the name of a file is empty; the first has the position 1.
  case emptyOperand(position: Int)
  /// What is around the command does not suit it, in words that say what to do.
  case unsuitableEnvironment(String)

  /// A stable name for programs.
  public var code: String {
    switch self {
    case .unknownOption: "unknown-option"
    case .missingValue: "missing-value"
    case .unexpectedValue: "unexpected-value"
    case .unsuitableValue: "unsuitable-value"
    case .malformedValue: "malformed-value"
    case .unexpectedOperand: "unexpected-operand"
    case .otherOperands: "other-operands"
    case .missingAction: "missing-action"
    case .unknownAction: "unknown-action"
    case .unsuitableOption: "unsuitable-option"
    case .otherNames: "other-names"
    case .unsuitableOperand: "unsuitable-operand"
    case .emptyOperand: "empty-operand"
    case .unsuitableEnvironment: "unsuitable-surroundings"
    }
  }

  /// One line for people: what is wrong and, where that does not say it, what to do. Texts in it are escaped.
  public var description: String {
    switch self {
    case .unknownOption(let name, let isFile):
      "unknown option \(Self.quote(name))"
        + (isFile ? "; a file of that name is given as \(Self.quote("./" + name))" : "")
    case .missingValue(let option, let expected): "\(option) needs \(expected)"
    case .unexpectedValue(let option): "\(option) takes no value"
    case .unsuitableValue(let option, let expected, let given):
      "\(option) needs \(expected)" + (given.map { ", not \(Self.quote($0))" } ?? "")
    case .malformedValue(let option, let given):
      "\(option) needs a value that is UTF-8, not \"\(LineEscaping.escape(given, limit: 256))\""
    case .unexpectedOperand(let operand): "unknown argument \(Self.quote(operand))"
    case .otherOperands(let expected): "say \(expected)"
    case .missingAction(let known): "say \(Self.alternatives(known))"
    case .unknownAction(let action, let known):
      "there is no action \(Self.quote(action)): say \(Self.alternatives(known))"
    case .unsuitableOption(let action, let option): "\(action) takes no \(option)"
    case .otherNames(let action, let takesName): "\(action) takes \(takesName ? "one" : "no") name"
    case .unsuitableOperand(let expected, let given): "\(Self.quote(given)) is not \(expected)"
    case .emptyOperand(let position): "file \(position) has an empty name"
    case .unsuitableEnvironment(let problem): problem
    }
  }

  private static func quote(_ text: String) -> String {
    "\"\(LineEscaping.escape(text, limit: 256))\""
  }

  /// `a, b or c`
  private static func alternatives(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return "\(names.dropLast().joined(separator: ", ")) or \(last)"
  }
}
