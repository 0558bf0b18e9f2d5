public import HTTPSemantics

/// The parameters of GetObject by which a client, who signed them, chooses fields of the answer.
public struct ResponseOverrides: Sendable, Equatable {
  /// The fields that were chosen.
  public let fields: HeaderFields

  /// The names of the parameters.
  public static let parameterNames = ContentHeaders.names.map { "response-\($0.asciiLowercased)" }

  /// Takes the parameters `response-content-type` and its like.
  public init(_ query: QueryParameters) {
    var fields = HeaderFields()
    for name in ContentHeaders.names {
      guard let value = query.first("response-\(name.asciiLowercased)"), !value.isEmpty else { continue }
      fields.set(name, value)
    }
    self.fields = fields
  }

  /// Whether there are none. An anonymous request may have none.
  public var isEmpty: Bool { fields.fields.isEmpty }

  /// Puts the fields in the place of those of an answer.
  public func apply(to headers: inout HeaderFields) {
    for field in fields.fields { headers.set(field.name, field.value) }
  }
}
