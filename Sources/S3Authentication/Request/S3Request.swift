public import HTTPSemantics

/// A request to the object store, as much of it as a signature covers.
public struct S3Request: Sendable {
  /// The method, in upper case.
  public let method: String
  /// The path as the client sent it, escapes and all; it starts with a slash.
  public let rawPath: [UInt8]
  /// The query as the client sent it, without its question mark; empty if there was none.
  public let rawQuery: [UInt8]
  /// The header fields. `Host` is among them, with its port where the client named one.
  public let fields: HeaderFields
  /// The SHA-256 of the body in hexadecimal digits, where it has come whole already; nil otherwise.
  public var bodyHash: String?
  /// The bucket that the host names, for a request to a virtual host; nil where the path names it. Version 2 signs it.
  public let hostBucket: String?

  /// A request.
  public init(
    method: String, rawPath: [UInt8], rawQuery: [UInt8] = [], fields: HeaderFields, hostBucket: String? = nil
  ) {
    self.method = method
    self.rawPath = rawPath
    self.rawQuery = rawQuery
    self.fields = fields
    self.hostBucket = hostBucket
  }

  /// The decoded parameters of a query, in which `+` stands for a space as clients that write one mean it.
  static func parseQuery(_ raw: [UInt8]) throws(S3AuthenticationError) -> QueryParameters {
    do throws(PercentDecodingError) {
      return try QueryParameters(parsing: raw)
    } catch {
      throw S3AuthenticationError(.invalidURI)
    }
  }
}
