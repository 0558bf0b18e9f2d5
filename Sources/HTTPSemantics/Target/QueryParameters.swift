/// The parameters of a query or of a form (`application/x-www-form-urlencoded`), decoded, in their order.
///
/// Names may repeat. A parameter without `=` has an empty value; empty pieces between `&` count for nothing.
public struct QueryParameters: Sendable, Equatable {
  /// One `name=value`, as decoded bytes, which need not be valid UTF-8.
  public struct Parameter: Sendable, Equatable {
    /// The decoded name.
    public let name: [UInt8]
    /// The decoded value; empty if there was no `=`.
    public let value: [UInt8]

    /// A parameter with a decoded name and value.
    public init(name: [UInt8], value: [UInt8]) {
      self.name = name
      self.value = value
    }
  }

  /// The parameters as they came.
  public let parameters: [Parameter]

  /// No parameters.
  public init() {
    parameters = []
  }

  /// Parses the raw query or form.
  ///
  /// - Parameter plusIsSpace: whether `+` stands for a space, as every browser and form means it.
  /// - Throws: `PercentDecodingError` for a malformed escape; the offset is that in its name or value.
  public init(parsing raw: some Collection<UInt8>, plusIsSpace: Bool = true) throws(PercentDecodingError) {
    var parameters: [Parameter] = []
    for piece in raw.split(separator: UInt8(ascii: "&")) {
      let equals = piece.firstIndex(of: ASCII.equals)
      let name = piece[..<(equals ?? piece.endIndex)]
      let value = equals.map { piece[piece.index(after: $0)...] } ?? piece[piece.endIndex...]
      parameters.append(
        Parameter(
          name: try PercentEncoding.decode(name, plusIsSpace: plusIsSpace),
          value: try PercentEncoding.decode(value, plusIsSpace: plusIsSpace)))
    }
    self.parameters = parameters
  }

  /// The first value of `name`; nil if there is none, or if it is not valid UTF-8.
  public func first(_ name: String) -> String? {
    firstBytes(name).flatMap { String(validating: $0, as: UTF8.self) }
  }

  /// The bytes of the first value of `name`.
  public func firstBytes(_ name: String) -> [UInt8]? {
    parameters.first { $0.name.elementsEqual(name.utf8) }?.value
  }

  /// Every value of `name` that is valid UTF-8, in order.
  public func all(_ name: String) -> [String] {
    parameters.lazy.filter { $0.name.elementsEqual(name.utf8) }
      .compactMap { String(validating: $0.value, as: UTF8.self) }
  }

  /// The first name that stands twice; nil where none does.
  /// - Parameters:
  ///   - repeatable: names that may stand any number of times.
  ///   - ignoresCase: whether names that differ in the case of ASCII letters only are the same.
  public func firstRepeated(except repeatable: Set<String> = [], ignoresCase: Bool = false) -> String? {
    guard parameters.count > 1 else { return nil }
    var seen: Set<[UInt8]> = []
    for parameter in parameters {
      let name = ignoresCase ? parameter.name.map(ASCII.lowercased) : parameter.name
      guard !seen.insert(name).inserted else { continue }
      let text = String(decoding: parameter.name, as: UTF8.self)
      if !repeatable.contains(text) { return text }
    }
    return nil
  }

  /// Whether `name` is there, with or without a value.
  public func contains(_ name: String) -> Bool {
    parameters.contains { $0.name.elementsEqual(name.utf8) }
  }
}
