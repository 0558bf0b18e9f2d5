public import Posix

/// Something in a tree that keeps it from being listed and read whole, so that no archive can be made of it: where it is,
/// and why.
public struct TreeFlaw: Equatable, Sendable {
  /// What is wrong with it.
  public enum Reason: Equatable, Sendable {
    /// The file or folder cannot be opened or read.
    case unreadable(Errno)
    /// The folder is nested deeper than the limit.
    case tooDeep(limit: Int)
    /// The path has more bytes than the system opens at once.
    case pathTooLong(limit: Int)
    /// There are more files than the limit.
    case tooManyFiles(limit: Int)
  }

  /// The longest path, in bytes, that is shown whole.
  private static let longestShownPath = 300

  /// The path relative to the tree, in bytes that need not be UTF-8; empty for the tree itself.
  public let path: [UInt8]
  /// Why.
  public let reason: Reason

  /// A flaw.
  public init(path: [UInt8], _ reason: Reason) {
    self.path = path
    self.reason = reason
  }

  /// The path for people: of a very long one, beginning and end.
  public var location: String {
    guard !path.isEmpty else { return "the folder itself" }
    guard path.count > Self.longestShownPath else { return String(decoding: path, as: UTF8.self) }
    let half = Self.longestShownPath / 2
    return String(decoding: path.prefix(half), as: UTF8.self) + "…" + String(decoding: path.suffix(half), as: UTF8.self)
  }
}

extension TreeFlaw: CustomStringConvertible {
  /// Place and reason, for the operator.
  public var description: String { "\(location): \(reason)" }
}

extension TreeFlaw.Reason: CustomStringConvertible {
  /// A text for the operator.
  public var description: String {
    switch self {
    case .unreadable(let error): "cannot be read (\(error))"
    case .tooDeep(let limit): "folders are nested deeper than \(limit)"
    case .pathTooLong(let limit): "the path is longer than \(limit) bytes"
    case .tooManyFiles(let limit): "there are more than \(limit) files"
    }
  }
}
