internal import CFastCGI

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
