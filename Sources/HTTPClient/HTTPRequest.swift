public import HTTPSemantics

/// A request to be sent.
public struct HTTPRequest: Sendable {
  /// What follows the head.
  public enum Body: Sendable {
    /// Nothing.
    case none
    /// These bytes, with their length.
    case bytes([UInt8])
    /// These bytes as one chunk, without a length (RFC 9112, section 7.1).
    case chunked([UInt8])
    /// So many zeros, with their number.
    case zeros(UInt64)
    /// A length, and `Expect: 100-continue`, but no byte: what the server says then is the response, and the connection
    /// is of no more use.
    case announced(UInt64)
  }

  /// The method.
  public var method: String
  /// Path and query, as they go over the wire.
  public var target: String
  /// Fields besides Host and those that tell of the body.
  public var fields: HeaderFields
  /// The body.
  public var body: Body
  /// Bytes of the response's body that are wanted; the rest is left alone.
  public var bodyLimit: Int

  /// A request.
  public init(
    _ method: String, _ target: String, _ fields: HeaderFields = HeaderFields(), body: Body = .none,
    bodyLimit: Int = 1 << 20
  ) {
    self.method = method
    self.target = target
    self.fields = fields
    self.body = body
    self.bodyLimit = bodyLimit
  }

  /// The request line and the fields, up to and with the empty line.
  func head(authority: String) -> [UInt8] {
    var all = HeaderFields([("Host", authority), ("User-Agent", "vitrine-check")])
    for field in fields.fields { all.append(field.name, field.value) }
    switch body {
    case .none: break
    case .bytes(let bytes): all.append("Content-Length", String(bytes.count))
    case .chunked: all.append("Transfer-Encoding", "chunked")
    case .zeros(let count): all.append("Content-Length", String(count))
    case .announced(let count):
      all.append("Content-Length", String(count))
      all.append("Expect", "100-continue")
    }
    return Array("\(method) \(target) HTTP/1.1\r\n".utf8) + all.serialized + Array("\r\n".utf8)
  }
}
