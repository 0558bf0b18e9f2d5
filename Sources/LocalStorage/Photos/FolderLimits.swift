/// How much a photo folder may hold.
public struct FolderLimits: Equatable, Sendable {
  /// The longest path, in bytes, that the system takes (`PATH_MAX` without its last NUL).
  static let longestPath = 4_095

  /// How deep folders may be nested. A walk has one descriptor open per level.
  public var depth: Int
  /// How many files there may be.
  public var members: Int

  /// Limits.
  public init(depth: Int = 32, members: Int = 1_000_000) {
    self.depth = depth
    self.members = members
  }
}
