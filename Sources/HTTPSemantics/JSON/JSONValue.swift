/// A JSON value (RFC 8259). The members of an object keep their order.
public enum JSONValue: Sendable, Equatable {
  /// One name with its value.
  public struct Member: Sendable, Equatable {
    /// The name.
    public let name: String
    /// The value.
    public let value: JSONValue

    /// A member.
    public init(name: String, value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number without fraction and exponent that fits.
  case int(Int64)
  /// Any other number. Infinities and NaN, which JSON has not, are written as `null`.
  case double(Double)
  /// A string.
  case string(String)
  /// An array.
  case array([JSONValue])
  /// An object; whoever makes one sees to it that no name stands twice.
  case object([Member])

  /// The value of the member `name` (compared byte by byte) of an object; nil for anything else.
  public subscript(_ name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
  }

  /// The text of a string; nil for anything else.
  public var stringValue: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The number of an `int`; nil for anything else.
  public var intValue: Int64? {
    if case .int(let number) = self { number } else { nil }
  }

  /// The elements of an array; nil for anything else.
  public var arrayValue: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }
}
