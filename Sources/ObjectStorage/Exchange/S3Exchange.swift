internal import EventLoop
internal import FastCGI
internal import FastCGIWire
internal import HTTPSemantics
internal import Posix
internal import S3Authentication
internal import S3Documents
internal import WebService

/// One request to the S3 API and the means to answer it.
@EventLoopActor
final class S3Exchange {
  let method: HTTPMethod
  /// What is asked for; a form names its key in the body.
  var address: S3Address
  let target: RequestTarget
  /// The header fields, and those that a presigned address carries in its query.
  var fields: HeaderFields
  /// The request as nginx handed it on.
  let parameters: ParameterList
  let clientAddress: String
  let requestID: String
  let origin: String
  let body: RequestBody
  let writer: ResponseWriter
  /// The host that the request is sent to; nil where it names none, or comes through another service.
  let host: HostName?
  /// The bucket that the host names; nil for a path-style address.
  let hostBucket: String?
  /// Who sends it, where another service has made sure of that.
  var sender: VerifiedSender?
  /// How it is signed, and so what its body has to be; set once that is known.
  var authentication = S3AuthenticationOutcome.anonymous(.unsigned)
  /// Who asks; set once it is known.
  var caller = Caller.anonymous
  /// What decisions about the request have cost so far.
  let policyWork = PolicyWork()
  /// Fields that go with every answer to this request, such as those of CORS.
  var commonFields = HeaderFields()
  /// What is asked for; nil until that is known.
  var operation: S3Operation?
  private(set) var status: HTTPStatus?

  init(
    method: HTTPMethod, address: S3Address, target: RequestTarget, fields: HeaderFields, parameters: ParameterList,
    clientAddress: String, requestID: String, origin: String, body: RequestBody, writer: ResponseWriter,
    host: HostName? = nil, hostBucket: String? = nil
  ) {
    self.method = method
    self.address = address
    self.target = target
    self.fields = fields
    self.parameters = parameters
    self.clientAddress = clientAddress
    self.requestID = requestID
    self.origin = origin
    self.body = body
    self.writer = writer
    self.host = host
    self.hostBucket = hostBucket
  }

  /// Notes the status of an answer that another service gave.
  func note(_ status: HTTPStatus?) {
    self.status = status
  }

  var query: QueryParameters { target.query }

  /// The bucket that the path names.
  var bucket: String { address.bucket ?? "" }

  /// The key that the path names.
  var key: [UInt8] { address.key ?? [] }

  /// The bucket, where its name can be one.
  func bucketName() throws(S3Error) -> BucketName {
    do throws(S3Error) { return try BucketName(bucket) } catch { throw .noSuchBucket }
  }

  /// The version that the query names; nil for the current one.
  /// - Throws: `InvalidArgument` for an empty one.
  func version() throws(S3Error) -> String? {
    guard let version = query.first(SubResource.versionID.rawValue) else { return nil }
    guard !version.isEmpty else {
      throw .invalidArgument(
        "Version id cannot be the empty string", name: SubResource.versionID.rawValue, value: version)
    }
    return version
  }

  /// The key, as documents write it.
  func objectKey() throws(S3Error) -> ObjectKey { try ObjectKey(key) }

  // MARK: Answers

  /// Seconds after which to come again to what could not be reached.
  private static let retryAfter = 2

  /// Answers with a body that stands in memory.
  func respond(_ status: HTTPStatus, _ fields: HeaderFields = HeaderFields(), body: [UInt8] = []) async {
    self.status = status
    var head = self.head(fields)
    if status.allowsContent { head.set("Content-Length", String(body.count)) }
    var bytes = WebResponse.head(status, head)
    if method != .head, status.allowsContent { bytes += body }
    do throws(RequestFailure) { try await writer.send(bytes) } catch {
      // The client has disconnected.
    }
  }

  /// Answers with an XML document.
  func respond(_ status: HTTPStatus = .ok, xml: [UInt8]) async {
    await respond(status, HeaderFields([("Content-Type", "application/xml")]), body: xml)
  }

  /// Answers HEAD for an object: its length is announced, no byte is sent.
  func respondHead(_ status: HTTPStatus, _ fields: HeaderFields, length: UInt64) async {
    self.status = status
    var head = self.head(fields)
    head.set("Content-Length", String(length))
    do throws(RequestFailure) { try await writer.send(WebResponse.head(status, head)) } catch {
      // The client has disconnected.
    }
  }

  /// Whether the request asks for a change.
  var isChange: Bool { method != .get && method != .head }

  /// Answers with an error's document.
  func refuse(_ error: S3Error) async {
    let resource = String(decoding: target.rawPath, as: UTF8.self)
    let subject = ErrorSubject(
      resource: resource, bucket: address.bucket, key: address.key.map { String(decoding: $0, as: UTF8.self) },
      requestID: requestID, hostID: "vitrine")
    guard error.status.allowsContent else { return await respond(error.status) }
    if error.status == .serviceUnavailable, !commonFields.contains("Retry-After") {
      commonFields.set("Retry-After", String(Self.retryAfter))
    }
    await respond(error.status, HeaderFields([("Content-Type", "application/xml")]), body: error.document(subject))
  }

  /// Starts a streamed answer; then `length` bytes go to `writer`.
  func begin(_ status: HTTPStatus, _ fields: HeaderFields, length: UInt64) async throws(RequestFailure) {
    self.status = status
    var head = self.head(fields)
    head.set("Content-Length", String(length))
    let bytes = WebResponse.head(status, head)
    try await writer.start(length: UInt64(bytes.count) + length)
    try await writer.write(bytes)
  }

  /// Breaks a streamed answer off, so that the client sees a failed transfer.
  func abort() async {
    status = nil
    await writer.abort()
  }

  /// Takes back a streamed answer of which nothing has been sent yet, so that an error can be answered in its place.
  /// - Returns: whether that was possible.
  func withdraw() -> Bool {
    guard writer.withdraw() else { return false }
    status = nil
    return true
  }

  private func head(_ fields: HeaderFields) -> HeaderFields {
    var head = fields
    for field in commonFields.fields { head.append(field.name, field.value) }
    head.set("x-amz-request-id", requestID)
    head.set("x-amz-id-2", "vitrine")
    head.set("Server", "Vitrine")
    return head
  }
}
