/// The fields of a header section: a short ordered list, looked up without regard to case.
///
/// Nothing that is added can break out of its line. A value is made safe on the way in (`sanitized`), a name that is
/// no token is refused.
public struct HeaderFields: Sendable, Equatable {
  /// The field lines in the order in which they were added: each name spelled as it was given, each value without white
  /// space around it and without control characters.
  public private(set) var fields: [NameValuePair] = []

  /// An empty section.
  public init() {}

  /// The section made of `pairs`, in their order. Pairs whose name is no token are left out.
  public init(_ pairs: [(name: String, value: String)]) {
    for pair in pairs { append(pair.name, pair.value) }
  }

  /// The first value of `name`. Setting replaces all fields of that name by one at the place of the first; setting
  /// nil removes them.
  public subscript(_ name: String) -> String? {
    get { fields.first { $0.name.equalsIgnoringASCIICase(name) }?.value }
    set {
      guard let newValue else { return remove(name) }
      set(name, newValue)
    }
  }

  /// Every value of `name`, in order.
  public func values(of name: String) -> [String] {
    fields.lazy.filter { $0.name.equalsIgnoringASCIICase(name) }.map(\.value)
  }

  /// The values of `name` as one list, joined by commas (RFC 9110 §5.3). Nil if there is no such field.
  public func list(of name: String) -> String? {
    let values = values(of: name)
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }

  /// Whether there is a field of that name.
  public func contains(_ name: String) -> Bool {
    fields.contains { $0.name.equalsIgnoringASCIICase(name) }
  }

  /// Adds a field at the end. Does nothing and answers false if `name` is no token (RFC 9110 §5.1).
  @discardableResult
  public mutating func append(_ name: String, _ value: String) -> Bool {
    guard Self.isName(name) else { return false }
    fields.append(NameValuePair(name, Self.sanitized(value)))
    return true
  }

  /// Replaces all fields of that name by one. Does nothing and answers false if `name` is no token.
  @discardableResult
  public mutating func set(_ name: String, _ value: String) -> Bool {
    guard let first = fields.firstIndex(where: { $0.name.equalsIgnoringASCIICase(name) }) else {
      return append(name, value)
    }
    fields[first] = NameValuePair(name, Self.sanitized(value))
    let rest = fields.index(after: first)
    let others = fields[rest...].filter { !$0.name.equalsIgnoringASCIICase(name) }
    fields.replaceSubrange(rest..., with: others)
    return true
  }

  /// Removes all fields of that name.
  public mutating func remove(_ name: String) {
    fields.removeAll { $0.name.equalsIgnoringASCIICase(name) }
  }

  /// Whether `name` is a field name: a token of one or more characters.
  public static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy(ASCIISet.token.contains)
  }

  /// `value` with each control character but the tab replaced by a space, as RFC 9110 §5.5 prescribes for CR, LF and
  /// NUL, and without white space around it.
  public static func sanitized(_ value: String) -> String {
    if !needsSanitizing(value) { return value }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(value.utf8.count)
    for byte in value.utf8 { bytes.append(isUnsafe(byte) ? ASCII.space : byte) }
    return String(decoding: bytes.trimmingWhitespace(), as: UTF8.self)
  }

  /// Nearly no value does.
  private static func needsSanitizing(_ value: String) -> Bool {
    let bytes = value.utf8
    guard let first = bytes.first, let last = bytes.last else { return false }
    return ASCII.isWhitespace(first) || ASCII.isWhitespace(last) || bytes.contains(where: isUnsafe)
  }

  private static func isUnsafe(_ byte: UInt8) -> Bool {
    ASCII.isControl(byte) && byte != ASCII.tab
  }
}

extension HeaderFields: ExpressibleByDictionaryLiteral {
  /// The section made of the literal's pairs, in their order; a name may stand more than once.
  public init(dictionaryLiteral elements: (String, String)...) {
    for (name, value) in elements { append(name, value) }
  }
}
