public import HTTPSemantics

/// A request to be sent.
public struct HTTPRequest: Sendable {
  /// What follows the head.
  public enum Body: Sendable, Equatable {
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

  /// What libcurl has to do for it.
  func options(for origin: HTTPOrigin, seconds: Int, trust: TrustedAuthorities) -> TransferOptions {
    var timeouts = TransferOptions.Timeouts(connect: seconds * 1_000, stall: seconds)
    let upload: TransferOptions.Upload
    switch body {
    case .none: upload = .none
    case .bytes(let bytes): upload = .sized(UInt64(bytes.count))
    case .chunked: upload = .chunked
    case .zeros(let count): upload = .sized(count)
    case .announced(let count):
      upload = .announced(count)
      // While the answer to an announcement is waited for, nothing moves in either direction.
      timeouts.total = 2 * seconds * 1_000
    }
    return options(for: origin, upload: upload, timeouts: timeouts, trust: trust)
  }

  /// What libcurl has to do for it, with a body that somebody else gives.
  func options(
    for origin: HTTPOrigin, upload: TransferOptions.Upload, timeouts: TransferOptions.Timeouts,
    trust: TrustedAuthorities
  ) -> TransferOptions {
    var all = fields
    if !all.contains("User-Agent") { all.append("User-Agent", "vitrine-check") }
    return TransferOptions(
      origin: origin, method: method, target: target, fields: all, upload: upload, timeouts: timeouts, trust: trust)
  }
}
