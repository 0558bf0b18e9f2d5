/// Something on the way through the web server that is not as it should be.
public struct Finding: Equatable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public let fault: String
  /// What to do about it.
  public let remedy: String

  /// A finding.
  public init(_ fault: String, do remedy: String) {
    self.fault = fault
    self.remedy = remedy
  }

  /// Both on one line.
  public var description: String { "\(fault); \(remedy)" }
}

/// What came of a check.
public struct CheckReport: Equatable, Sendable {
  /// What is wrong.
  public internal(set) var findings: [Finding] = []
  /// What could not be looked at, with the reason.
  public internal(set) var notChecked: [String] = []

  /// Nothing yet.
  public init() {}
}
