/// An account, as listings and access control lists name it.
public struct Owner: Sendable, Equatable {
  /// The canonical id.
  public let id: String
  /// The name for people.
  public let displayName: String

  /// An account.
  public init(id: String, displayName: String) {
    self.id = id
    self.displayName = displayName
  }
}
