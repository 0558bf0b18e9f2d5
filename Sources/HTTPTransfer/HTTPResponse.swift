public import HTTPSemantics

/// A response, or an interim one.
public struct HTTPResponse: Equatable, Sendable {
  /// The status code.
  public var status: Int
  /// The fields of its head.
  public var fields: HeaderFields
  /// Its body, decoded from chunks; only the beginning of one that is larger than what was asked for.
  public var body: [UInt8] = []

  /// A response.
  public init(status: Int, fields: HeaderFields = HeaderFields(), body: [UInt8] = []) {
    self.status = status
    self.fields = fields
    self.body = body
  }

  /// Whether it answers a request that is not over yet (RFC 9110, section 15.2).
  public var isInterim: Bool { (100..<200).contains(status) }

  /// The media type, in lower case and without parameters.
  public var mediaType: String? {
    fields["Content-Type"]?.split(separator: ";").first.map { type in
      String(type.filter { $0 != " " && $0 != "\t" }).lowercased()
    }
  }

  /// The body as JSON; nil where it is none.
  public var json: JSONValue? { try? JSONParser.parse(body) }
}
