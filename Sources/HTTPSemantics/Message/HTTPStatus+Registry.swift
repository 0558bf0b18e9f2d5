/// The registered statuses in use; the names are those of RFC 9110 §15 unless noted.
extension HTTPStatus {
  /// The request succeeded.
  public static let ok = HTTPStatus(code: 200, reason: "OK")
  /// A resource was created.
  public static let created = HTTPStatus(code: 201, reason: "Created")
  /// Taken on, not yet done.
  public static let accepted = HTTPStatus(code: 202, reason: "Accepted")
  /// Done, and there is nothing to send.
  public static let noContent = HTTPStatus(code: 204, reason: "No Content")
  /// One range of the representation (§15.3.7).
  public static let partialContent = HTTPStatus(code: 206, reason: "Partial Content")
  /// The target has a new permanent URI.
  public static let movedPermanently = HTTPStatus(code: 301, reason: "Moved Permanently")
  /// The target is temporarily elsewhere.
  public static let found = HTTPStatus(code: 302, reason: "Found")
  /// The answer is to be fetched by GET from elsewhere.
  public static let seeOther = HTTPStatus(code: 303, reason: "See Other")
  /// The client's copy is still good (§15.4.5).
  public static let notModified = HTTPStatus(code: 304, reason: "Not Modified")
  /// Elsewhere, with the same method.
  public static let temporaryRedirect = HTTPStatus(code: 307, reason: "Temporary Redirect")
  /// For good elsewhere, with the same method.
  public static let permanentRedirect = HTTPStatus(code: 308, reason: "Permanent Redirect")
  /// The request is malformed.
  public static let badRequest = HTTPStatus(code: 400, reason: "Bad Request")
  /// Credentials are missing or wrong.
  public static let unauthorized = HTTPStatus(code: 401, reason: "Unauthorized")
  /// Understood, and refused.
  public static let forbidden = HTTPStatus(code: 403, reason: "Forbidden")
  /// There is no such resource.
  public static let notFound = HTTPStatus(code: 404, reason: "Not Found")
  /// The resource does not take this method; `Allow` lists those it takes.
  public static let methodNotAllowed = HTTPStatus(code: 405, reason: "Method Not Allowed")
  /// No representation that the client would accept.
  public static let notAcceptable = HTTPStatus(code: 406, reason: "Not Acceptable")
  /// The request did not arrive in time.
  public static let requestTimeout = HTTPStatus(code: 408, reason: "Request Timeout")
  /// In conflict with the state of the resource.
  public static let conflict = HTTPStatus(code: 409, reason: "Conflict")
  /// The resource was here, and will not be back.
  public static let gone = HTTPStatus(code: 410, reason: "Gone")
  /// A `Content-Length` is needed.
  public static let lengthRequired = HTTPStatus(code: 411, reason: "Length Required")
  /// A condition in the request is false (§15.5.13).
  public static let preconditionFailed = HTTPStatus(code: 412, reason: "Precondition Failed")
  /// The content is larger than the server takes.
  public static let contentTooLarge = HTTPStatus(code: 413, reason: "Content Too Large")
  /// The target is longer than the server takes.
  public static let uriTooLong = HTTPStatus(code: 414, reason: "URI Too Long")
  /// The content's format is not supported.
  public static let unsupportedMediaType = HTTPStatus(code: 415, reason: "Unsupported Media Type")
  /// No byte of the requested range exists (§15.5.17).
  public static let rangeNotSatisfiable = HTTPStatus(code: 416, reason: "Range Not Satisfiable")
  /// The `Expect` field cannot be met.
  public static let expectationFailed = HTTPStatus(code: 417, reason: "Expectation Failed")
  /// The request was meant for another server.
  public static let misdirectedRequest = HTTPStatus(code: 421, reason: "Misdirected Request")
  /// Well-formed, but its content makes no sense.
  public static let unprocessableContent = HTTPStatus(code: 422, reason: "Unprocessable Content")
  /// The request must be conditional (RFC 6585).
  public static let preconditionRequired = HTTPStatus(code: 428, reason: "Precondition Required")
  /// The client sends too much (RFC 6585).
  public static let tooManyRequests = HTTPStatus(code: 429, reason: "Too Many Requests")
  /// The header section is too large (RFC 6585).
  public static let headerFieldsTooLarge = HTTPStatus(code: 431, reason: "Request Header Fields Too Large")
  /// The server failed.
  public static let internalServerError = HTTPStatus(code: 500, reason: "Internal Server Error")
  /// The server does not have this function.
  public static let notImplemented = HTTPStatus(code: 501, reason: "Not Implemented")
  /// The server behind this one gave no valid answer.
  public static let badGateway = HTTPStatus(code: 502, reason: "Bad Gateway")
  /// Overloaded or in maintenance; `Retry-After` tells when to come again.
  public static let serviceUnavailable = HTTPStatus(code: 503, reason: "Service Unavailable")
  /// The server behind this one was too slow.
  public static let gatewayTimeout = HTTPStatus(code: 504, reason: "Gateway Timeout")
  /// No space to store what the request asks for (RFC 4918).
  public static let insufficientStorage = HTTPStatus(code: 507, reason: "Insufficient Storage")
}
