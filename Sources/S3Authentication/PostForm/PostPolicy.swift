internal import HTTPSemantics

/// What a form may contain, as its author signed it ("POST policy").
struct PostPolicy: Equatable {
  /// What must hold of a form.
  enum Condition: Equatable {
    /// The field has just this value.
    case equals(field: String, value: String)
    /// The field's value starts with this; with nothing, it may have any.
    case startsWith(field: String, prefix: String)
    /// The file's size in bytes is between these.
    case contentLength(minimum: Int64, maximum: Int64)
  }

  /// When it expires, in seconds since 1970.
  let expiration: Int64
  let conditions: [Condition]

  /// The fields that conditions name.
  var coveredFields: Set<String> {
    Set(
      conditions.compactMap { condition in
        switch condition {
        case .equals(let field, _), .startsWith(let field, _): field
        case .contentLength: nil
        }
      })
  }

  /// The sizes that all conditions together allow.
  var contentLength: PostAuthorization.ContentLength {
    var limits = PostAuthorization.ContentLength()
    for case .contentLength(let minimum, let maximum) in conditions {
      limits.minimum = max(limits.minimum, minimum)
      limits.maximum = min(limits.maximum, maximum)
    }
    return limits
  }
}

extension PostPolicy.Condition: CustomStringConvertible {
  /// The condition as a policy writes it in list form, for error messages.
  var description: String {
    switch self {
    case .equals(let field, let value): "[\"eq\", \"$\(field)\", \"\(Self.shown(value, of: field))\"]"
    case .startsWith(let field, let prefix):
      "[\"starts-with\", \"$\(field)\", \"\(Self.shown(prefix, of: field))\"]"
    case .contentLength(let minimum, let maximum): "[\"content-length-range\", \(minimum), \(maximum)]"
    }
  }

  private static func shown(_ value: String, of field: String) -> String {
    SecretNames.contains(field) ? SecretNames.replacement : value
  }

  /// Whether a form in which the field has these values (none at all counts as an empty one) meets the condition.
  /// Sizes are looked at once the file is there.
  func holds(for values: (String) -> [String]) -> Bool {
    switch self {
    case .equals(let field, let value):
      Self.orEmpty(values(field)).allSatisfy { $0.utf8.elementsEqual(value.utf8) }
    case .startsWith(let field, let prefix):
      Self.orEmpty(values(field)).allSatisfy { $0.utf8.starts(with: prefix.utf8) }
    case .contentLength: true
    }
  }

  private static func orEmpty(_ values: [String]) -> [String] {
    values.isEmpty ? [""] : values
  }
}
