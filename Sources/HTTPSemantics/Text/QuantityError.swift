/// What is wrong with the text of a duration or a size.
public enum QuantityError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is no number at the start.
  case noNumber(text: String)
  /// What follows the number is no unit.
  case unknownUnit(text: String, unit: String, known: [String])
  /// The value does not fit.
  case tooLarge(text: String)

  /// A stable name for programs.
  public var code: String {
    switch self {
    case .noNumber: "no-number"
    case .unknownUnit: "unknown-unit"
    case .tooLarge: "too-large"
    }
  }

  /// One line for people that names the fault. The text in it is escaped and cut.
  public var description: String {
    switch self {
    case .noNumber(let text):
      "\(Self.quote(text)) does not start with a whole number"
    case .unknownUnit(let text, let unit, let known):
      "\(Self.quote(text)): unknown unit \(Self.quote(unit)), known are \(known.joined(separator: ", "))"
    case .tooLarge(let text):
      "\(Self.quote(text)) is too large"
    }
  }

  private static func quote(_ text: String) -> String {
    "\"\(LineEscaping.escape(text, limit: 64))\""
  }
}
