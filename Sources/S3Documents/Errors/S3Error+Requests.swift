import HTTPSemantics

// Errors of a request that is malformed, contradicts itself, or arrives incomplete.

extension S3Error {
  /// A request that S3 refuses without a code of its own, such as a preflight without `Origin`.
  public static func badRequest(_ message: String) -> S3Error {
    S3Error("BadRequest", .badRequest, message)
  }

  /// The request contradicts itself, or asks for what is not allowed.
  public static func invalidRequest(_ message: String) -> S3Error {
    S3Error("InvalidRequest", .badRequest, message)
  }

  /// A parameter, field or element has a value that makes no sense.
  public static func invalidArgument(_ message: String, name: String? = nil, value: String? = nil) -> S3Error {
    let isSecret = name.map { SecretNames.contains($0) } ?? false
    return S3Error(
      "InvalidArgument", .badRequest,
      message,
      ["ArgumentName": name, "ArgumentValue": isSecret ? SecretNames.replacement : value])
  }

  /// The target cannot be decoded to UTF-8.
  public static func invalidURI(_ uri: String? = nil) -> S3Error {
    S3Error(
      "InvalidURI", .badRequest,
      "Couldn't parse the specified URI.",
      ["URI": uri])
  }

  /// The request needs a `Content-Length`.
  public static let missingContentLength = S3Error(
    "MissingContentLength", .lengthRequired,
    "You must provide the Content-Length HTTP header.")

  /// The request needs a document, and has none.
  public static let missingRequestBodyError = S3Error(
    "MissingRequestBodyError", .badRequest,
    "Request body is empty.")

  /// Fewer bytes came than `Content-Length` announced.
  public static let incompleteBody = S3Error(
    "IncompleteBody", .badRequest,
    "You did not provide the number of bytes specified by the Content-Length HTTP header.")

  /// The content does not have the `Content-MD5` that the client sent. Both digests are base64.
  public static func badDigest(expected: String, calculated: String) -> S3Error {
    S3Error(
      "BadDigest", .badRequest,
      "The Content-MD5 you specified did not match what we received.",
      ["ExpectedDigest": expected, "CalculatedDigest": calculated])
  }

  /// The document is larger than such a document may be.
  public static let maxMessageLengthExceeded = S3Error(
    "MaxMessageLengthExceeded", .badRequest,
    "Your request was too large.")

  /// The document is not well formed, or not of the schema.
  public static let malformedXML = S3Error(
    "MalformedXML", .badRequest,
    "The XML that you provided was not well formed or did not validate against our published "
      + "schema.")

  /// The content is no `multipart/form-data`.
  public static let malformedPOSTRequest = S3Error(
    "MalformedPOSTRequest", .badRequest,
    "The body of your POST request is not well-formed multipart/form-data.")

  /// The form of a form upload has no `key`.
  public static let userKeyMustBeSpecified = S3Error(
    "UserKeyMustBeSpecified", .badRequest,
    "The bucket POST must contain the specified field name. If it is specified, check the "
      + "order of the fields.")
}
