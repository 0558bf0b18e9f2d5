internal import HTTPSemantics

/// HTML. What a literal says is markup; every text that is put into one by `\(…)` is escaped, here and nowhere else, so
/// that no page can forget it.
public struct Markup: Sendable, Equatable, ExpressibleByStringInterpolation {
  /// The HTML.
  public private(set) var html: String

  /// No markup.
  public init() {
    html = ""
  }

  /// Markup as it stands in the program.
  public init(stringLiteral html: String) {
    self.html = html
  }

  /// Markup with values in it.
  public init(stringInterpolation: StringInterpolation) {
    html = stringInterpolation.html
  }

  /// Appends one to another.
  public static func += (left: inout Markup, right: Markup) {
    left.html += right.html
  }

  /// The pieces of a literal and the values between them.
  public struct StringInterpolation: StringInterpolationProtocol, Sendable {
    var html = ""

    /// Makes room.
    public init(literalCapacity: Int, interpolationCount: Int) {
      html.reserveCapacity(literalCapacity + 32 * interpolationCount)
    }

    /// Markup as it stands in the program.
    public mutating func appendLiteral(_ literal: String) {
      html += literal
    }

    /// Text: it is escaped.
    public mutating func appendInterpolation(_ text: some StringProtocol) {
      html += HTML.escape(String(text))
    }

    /// A number.
    public mutating func appendInterpolation(_ number: some BinaryInteger) {
      html += String(number)
    }

    /// Markup, as it is; nothing for nil.
    public mutating func appendInterpolation(_ markup: Markup?) {
      html += markup?.html ?? ""
    }

    /// Markups, one behind the other.
    public mutating func appendInterpolation(_ markups: some Sequence<Markup>) {
      for markup in markups { html += markup.html }
    }
  }
}
