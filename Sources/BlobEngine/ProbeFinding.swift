/// Something about an engine or a database that is not as it should be.
public struct ProbeFinding<Subject: Equatable & Sendable>: Equatable, Sendable, CustomStringConvertible {
  /// What was looked at.
  public let subject: Subject
  /// What is wrong.
  public let fault: String
  /// What to do about it.
  public let remedy: String
  /// Whether nothing may be served with it; otherwise it is worth a warning.
  public let isFatal: Bool

  /// A fault, and what to do about it.
  public init(_ subject: Subject, _ fault: String, do remedy: String, isFatal: Bool = true) {
    self.subject = subject
    self.fault = fault
    self.remedy = remedy
    self.isFatal = isFatal
  }

  /// Both on one line.
  public var description: String { "\(fault); \(remedy)" }
}
