public import HTTPSemantics

/// The fields of content that are stored with an object, and sent with it.
public struct ContentHeaders: Sendable, Equatable {
  /// What S3 calls content of which the client says nothing.
  public static let defaultType = "binary/octet-stream"
  /// The names of the fields, in the order in which they are sent.
  public static let names = [
    "Content-Type", "Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Expires",
  ]

  /// The fields that the object has.
  public let fields: HeaderFields

  /// Takes the fields out of a request. `aws-chunked`, which was the request's own coding, is not the object's.
  public init(_ headers: HeaderFields) {
    var fields = HeaderFields()
    for name in Self.names {
      guard let value = headers.list(of: name), !value.isEmpty else { continue }
      let stored = name == "Content-Encoding" ? Self.withoutChunks(value) : value
      if !stored.isEmpty { fields.set(name, stored) }
    }
    self.fields = fields
  }

  /// The content's type.
  public var type: String { fields["Content-Type"] ?? Self.defaultType }

  /// Adds the fields to those of an answer.
  public func apply(to headers: inout HeaderFields) {
    headers.set("Content-Type", type)
    for field in fields.fields { headers.set(field.name, field.value) }
  }

  private static func withoutChunks(_ codings: String) -> String {
    codings.split(separator: ",").map(\.trimmed)
      .filter { !$0.isEmpty && !$0.equalsIgnoringASCIICase("aws-chunked") }
      .joined(separator: ", ")
  }
}
