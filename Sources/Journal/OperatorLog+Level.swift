extension OperatorLog {
  /// How much a line matters; the raw value is what `VITRINE_LEVEL` says.
  public enum Level: String, CaseIterable, Comparable, Sendable {
    /// What only somebody who looks for a fault wants to read.
    case debug
    /// What happened, in the ordinary course of things.
    case info
    /// What the operator should look at when there is time.
    case warning
    /// What does not work.
    case error

    /// syslog's number for it (RFC 5424, section 6.2.1).
    var priority: Int {
      switch self {
      case .debug: 7
      case .info: 6
      case .warning: 4
      case .error: 3
      }
    }

    /// Whether `left` matters less than `right`.
    public static func < (left: Level, right: Level) -> Bool { left.priority > right.priority }
  }
}
