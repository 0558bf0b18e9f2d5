public import EventLoop
public import FastCGIWire
public import Posix

/// A request as the web server hands it on.
@EventLoopActor
public final class Request {
  /// Its parameters: CGI variables and HTTP_* header fields.
  public let parameters: ParameterList
  /// Its body.
  public let body: RequestBody
  /// Whether the web server keeps the connection for further requests (`FCGI_KEEP_CONN`).
  public let keepsConnection: Bool
  /// When its parameters were complete, on the loop's clock.
  public let started: UInt64

  init(parameters: ParameterList, body: RequestBody, keepsConnection: Bool, started: UInt64) {
    self.parameters = parameters
    self.body = body
    self.keepsConnection = keepsConnection
    self.started = started
  }
}

/// Why a request cannot be read or answered to its end.
public enum RequestFailure: Error, Equatable, Sendable {
  /// The client or the web server went away.
  case aborted
  /// No progress within the deadline.
  case timedOut
  /// The body ended before, or went on after, the length that was announced.
  case bodyLengthMismatch
  /// The body that nobody wants is larger than what is worth reading to its end.
  case bodyTooLarge
  /// A file that is sent cannot be read; nil where it ends before the part that is asked for.
  case fileUnreadable(Errno?)
  /// A file that is sent is not of the version any more that was asked for.
  case fileChanged
  /// This server is being stopped and cuts what is left.
  case stopped
}
