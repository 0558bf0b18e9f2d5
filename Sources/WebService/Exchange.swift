public import EventLoop
public import FastCGI
public import HTTPSemantics

/// One request and the means to answer it.
@EventLoopActor
public final class Exchange {
  /// The request.
  public let request: WebRequest
  /// What the route's pattern captured, by name.
  public let captures: [String: String]
  /// Its body.
  public let body: RequestBody
  /// What the route declares of the body; nil where it has none.
  public let content: RequestContent?
  /// For responses that are streamed; use `begin(_:_:length:)` first.
  public let writer: ResponseWriter
  /// Whether the web server keeps its connection for further requests.
  public let keepsConnection: Bool
  /// The status of the answer, once there is one; nil again where it was broken off.
  public private(set) var status: HTTPStatus?

  /// A request that another service hands over.
  public init(
    request: WebRequest, captures: [String: String], body: RequestBody, writer: ResponseWriter,
    content: RequestContent? = nil, keepsConnection: Bool = true
  ) {
    self.request = request
    self.content = content
    self.captures = captures
    self.body = body
    self.writer = writer
    self.keepsConnection = keepsConnection
  }

  /// Answers with a response that stands in memory. A client that is gone is no error of the handler's.
  public func respond(_ response: WebResponse) async {
    status = response.status
    do throws(RequestFailure) {
      try await writer.send(response.serialized(withoutBody: request.method == .head))
    } catch {
      // The client has disconnected.
    }
  }

  /// Answers HEAD with the fields that a GET would get.
  /// - Parameter length: of the body that is not made.
  public func respondHead(_ status: HTTPStatus, _ fields: HeaderFields, length: UInt64) async {
    self.status = status
    var fields = fields
    fields.set("Content-Length", String(length))
    do throws(RequestFailure) {
      try await writer.send(WebResponse.head(status, fields))
    } catch {
      // The client has disconnected.
    }
  }

  /// Breaks a streamed answer off, so that the client sees a failed transfer.
  public func abort() async {
    status = nil
    await writer.abort()
  }

  /// Takes back a streamed answer of which nothing has been sent yet, so that an error can be answered in its place.
  /// - Returns: whether that was possible.
  public func withdraw() -> Bool {
    guard writer.withdraw() else { return false }
    status = nil
    return true
  }

  /// Starts a streamed answer; then `length` bytes go to `writer`.
  /// - Parameter length: bytes of the body that will be written.
  public func begin(_ status: HTTPStatus, _ fields: HeaderFields, length: UInt64) async throws(RequestFailure) {
    self.status = status
    var fields = fields
    fields.set("Content-Length", String(length))
    let head = WebResponse.head(status, fields)
    try await writer.start(length: UInt64(head.count) + length)
    try await writer.write(head)
  }
}
