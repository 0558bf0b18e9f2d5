/// What went wrong in libmagic, with its own words where it has any.
public enum MagicError: Error, Sendable, Equatable {
  /// No memory for a handle.
  case outOfMemory
  /// The database could not be loaded: it is missing, or of another libmagic version.
  /// - Parameter path: where it was looked for.
  case databaseUnavailable(path: String, reason: String)
  /// The bytes could not be looked at.
  case inspectionFailed(String)

  /// A stable name of the case.
  public var code: String {
    switch self {
    case .outOfMemory: "out-of-memory"
    case .databaseUnavailable: "database-unavailable"
    case .inspectionFailed: "inspection-failed"
    }
  }
}

extension MagicError: CustomStringConvertible {
  /// One line for the operator, which says what to do where something can be done.
  public var description: String {
    switch self {
    case .outOfMemory: "libmagic: out of memory"
    case .databaseUnavailable(let path, let reason):
      "libmagic's database cannot be loaded from \(path) (is libmagic-mgc installed?): \(reason)"
    case .inspectionFailed(let reason): "libmagic: \(reason)"
    }
  }
}
