internal import Posix

/// What has to hold of the object that a change would replace or remove (RFC 9110 §13.1, as S3 has it for writes). It is
/// data, so that each storage evaluates it where nobody can change the object meanwhile.
public struct Precondition: Equatable, Sendable {
  /// Entity tags that a condition names.
  public enum Tags: Equatable, Sendable {
    /// `*`: that of any object.
    case any
    /// One of these, without quotes.
    case oneOf([String])

    /// Whether an object with this entity tag is named.
    public func contains(_ etag: String) -> Bool {
      switch self {
      case .any: true
      case .oneOf(let tags): tags.contains { $0.utf8.elementsEqual(etag.utf8) }
      }
    }
  }

  /// What becomes of the change.
  public enum Outcome: Equatable, Sendable {
    /// The condition holds.
    case holds
    /// It asks for an object, and there is none.
    case missing
    /// It does not hold.
    case fails
  }

  /// The object must be one of these (`If-Match`).
  public var matches: Tags?
  /// The object must not be one of these (`If-None-Match`).
  public var differs: Tags?
  /// The length in bytes that the object must have.
  public var size: UInt64?
  /// The second since 1970 in which the object must have been put.
  public var modifiedSecond: Int64?
  /// Whether it holds where there is no object, whatever else is asked: what is to be removed is gone already.
  public var holdsWithoutObject: Bool

  /// A condition; without arguments, none at all.
  public init(
    matches: Tags? = nil, differs: Tags? = nil, size: UInt64? = nil, modifiedSecond: Int64? = nil,
    holdsWithoutObject: Bool = false
  ) {
    self.matches = matches
    self.differs = differs
    self.size = size
    self.modifiedSecond = modifiedSecond
    self.holdsWithoutObject = holdsWithoutObject
  }

  /// Nothing has to hold.
  public static let none = Precondition()
  /// There must be no object (`If-None-Match: *`).
  public static let absent = Precondition(differs: .any)

  /// Whether nothing has to hold, so that nobody need look at the object.
  public var isEmpty: Bool { matches == nil && differs == nil && size == nil && modifiedSecond == nil }

  /// Evaluates the condition.
  /// - Parameter current: what is there now; nil if there is no object.
  public func evaluate(_ current: ObjectMetadata?) -> Outcome {
    guard let current else { return needsObject && !holdsWithoutObject ? .missing : .holds }
    if let matches, !matches.contains(current.etag) { return .fails }
    if let differs, differs.contains(current.etag) { return .fails }
    if let size, size != current.size { return .fails }
    if let modifiedSecond, modifiedSecond != current.modified.seconds { return .fails }
    return .holds
  }

  /// Throws `noSuchKey` where an object is asked for and there is none, `preconditionFailed` where the condition does not
  /// hold.
  public func check(_ current: ObjectMetadata?) throws(StorageError) {
    switch evaluate(current) {
    case .holds: return
    case .missing: throw .noSuchKey
    case .fails: throw .preconditionFailed
    }
  }

  private var needsObject: Bool { matches != nil || size != nil || modifiedSecond != nil }
}
