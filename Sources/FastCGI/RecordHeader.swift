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

/// How a request ended, as far as the protocol is concerned (section 5.5: `protocolStatus`).
public enum ProtocolStatus: Sendable {
  /// An answer was given.
  case requestComplete
  /// A second request on a connection that serves one at a time.
  case cannotMultiplex
  /// Too much to do.
  case overloaded
  /// A role other than the responder's.
  case unknownRole

  var code: UInt8 {
    switch self {
    case .requestComplete: UInt8(FCGI_REQUEST_COMPLETE)
    case .cannotMultiplex: UInt8(FCGI_CANT_MPX_CONN)
    case .overloaded: UInt8(FCGI_OVERLOADED)
    case .unknownRole: UInt8(FCGI_UNKNOWN_ROLE)
    }
  }
}

/// The first 8 bytes of every record (section 3.3).
public struct RecordHeader: Hashable, Sendable {
  /// Its length on the wire.
  public static let length = Int(FCGI_HEADER_LEN)
  /// The most content that a record can carry, in bytes.
  public static let maximumContentLength = Int(FCGI_MAX_LENGTH)
  /// The most content that is a multiple of 8 bytes, so that what follows stays aligned without padding.
  public static let alignedContentLength = 65_528

  /// The protocol's version, 1.
  public var version: UInt8
  /// What the record is.
  public var type: RecordType
  /// Which request it belongs to; 0 for management records.
  public var requestID: UInt16
  /// Bytes of content, 0…65,535.
  public var contentLength: Int
  /// Bytes to skip behind the content, 0…255.
  public var paddingLength: Int

  /// A header of version 1.
  public init(type: RecordType, requestID: UInt16, contentLength: Int, paddingLength: Int = 0) {
    version = UInt8(FCGI_VERSION_1)
    self.type = type
    self.requestID = requestID
    self.contentLength = contentLength
    self.paddingLength = paddingLength
  }

  /// Reads a header from 8 bytes in network order, packed into one number.
  init(bytes: UInt64) {
    version = UInt8(truncatingIfNeeded: bytes >> 56)
    type = RecordType(rawValue: UInt8(truncatingIfNeeded: bytes >> 48))
    requestID = UInt16(truncatingIfNeeded: bytes >> 32)
    contentLength = Int(UInt16(truncatingIfNeeded: bytes >> 16))
    paddingLength = Int(UInt8(truncatingIfNeeded: bytes >> 8))
  }
}
