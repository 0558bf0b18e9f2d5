internal import CFastCGI

/// The kinds of records (FastCGI specification, section 8: `FCGI_Header.type`).
public struct RecordType: RawRepresentable, Hashable, Sendable {
  /// The byte on the wire.
  public let rawValue: UInt8
  /// Wraps a byte.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The web server starts a request (5.1).
  public static let beginRequest = RecordType(rawValue: UInt8(FCGI_BEGIN_REQUEST))
  /// The web server gives up a request (5.4).
  public static let abortRequest = RecordType(rawValue: UInt8(FCGI_ABORT_REQUEST))
  /// The application ends a request (5.5).
  public static let endRequest = RecordType(rawValue: UInt8(FCGI_END_REQUEST))
  /// Name-value pairs of the request (5.2).
  public static let parameters = RecordType(rawValue: UInt8(FCGI_PARAMS))
  /// The request's body (5.3).
  public static let standardInput = RecordType(rawValue: UInt8(FCGI_STDIN))
  /// The response (5.3).
  public static let standardOutput = RecordType(rawValue: UInt8(FCGI_STDOUT))
  /// Messages for the web server's error log (5.3).
  public static let standardError = RecordType(rawValue: UInt8(FCGI_STDERR))
  /// The second input of a filter (5.3).
  public static let data = RecordType(rawValue: UInt8(FCGI_DATA))
  /// The web server asks for values of the application (4.1).
  public static let getValues = RecordType(rawValue: UInt8(FCGI_GET_VALUES))
  /// The answer to that (4.1).
  public static let getValuesResult = RecordType(rawValue: UInt8(FCGI_GET_VALUES_RESULT))
  /// The answer to a management record that is not known (4.2).
  public static let unknownType = RecordType(rawValue: UInt8(FCGI_UNKNOWN_TYPE))
}
