/// A name with its value, both texts: a field, a parameter, an element of a document.
public struct NameValuePair: Hashable, Sendable {
  /// The name.
  public let name: String
  /// The value.
  public let value: String

  /// A pair.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}
