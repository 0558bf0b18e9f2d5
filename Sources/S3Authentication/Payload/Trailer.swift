/// A field that came after the content of a body in chunks.
public struct Trailer: Sendable, Equatable {
  /// The name in lower case.
  public let name: String
  /// The value, without white space around it.
  public let value: String
}
