extension S3AuthenticationError {
  /// S3's error codes for what can be wrong with a signature, a policy or the body's framing. The raw value is the text
  /// of the `Code` element.
  public enum Code: String, CaseIterable, Sendable {
    /// The request is expired, not dated, or not signed as a whole.
    case accessDenied = "AccessDenied"
    /// A header signature that cannot be read, or that is for another day or service.
    case authorizationHeaderMalformed = "AuthorizationHeaderMalformed"
    /// A presigned request whose parameters are incomplete, malformed or out of range.
    case authorizationQueryParametersError = "AuthorizationQueryParametersError"
    /// `Content-MD5` or a checksum differs from that of the bytes that came.
    case badDigest = "BadDigest"
    /// A form's file has more bytes than its policy allows.
    case entityTooLarge = "EntityTooLarge"
    /// A form's file has fewer bytes than its policy demands.
    case entityTooSmall = "EntityTooSmall"
    /// The body ends early, or has another length than was declared.
    case incompleteBody = "IncompleteBody"
    /// A value that means nothing here.
    case invalidArgument = "InvalidArgument"
    /// There is no such access key.
    case invalidAccessKeyID = "InvalidAccessKeyId"
    /// `Content-MD5` is no digest at all.
    case invalidDigest = "InvalidDigest"
    /// A form's policy cannot be read.
    case invalidPolicyDocument = "InvalidPolicyDocument"
    /// Fields that do not fit together, or a body that is not framed as declared.
    case invalidRequest = "InvalidRequest"
    /// A path or query with a malformed escape.
    case invalidURI = "InvalidURI"
    /// The trailer is malformed, or not the one that was announced.
    case malformedTrailer = "MalformedTrailerError"
    /// A body in chunks does not say how long its content is.
    case missingContentLength = "MissingContentLength"
    /// A field that the signature needs is missing.
    case missingSecurityHeader = "MissingSecurityHeader"
    /// A kind of signature that is not supported.
    case notImplemented = "NotImplemented"
    /// The client's clock and this one differ by more than 15 minutes.
    case requestTimeTooSkewed = "RequestTimeTooSkewed"
    /// The signature is not the one that the secret key gives.
    case signatureDoesNotMatch = "SignatureDoesNotMatch"
    /// The payload's SHA-256 differs from the one that was signed.
    case contentSHA256Mismatch = "XAmzContentSHA256Mismatch"

    /// The HTTP status that S3 answers with.
    public var status: Int {
      switch self {
      case .accessDenied, .invalidAccessKeyID, .requestTimeTooSkewed, .signatureDoesNotMatch: 403
      case .missingContentLength: 411
      case .notImplemented: 501
      default: 400
      }
    }

    /// What S3 says where there is nothing more precise to say.
    public var message: String {
      switch self {
      case .accessDenied: "Access Denied"
      case .authorizationHeaderMalformed: "The authorization header that you provided is not valid."
      case .authorizationQueryParametersError:
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
          + "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
      case .badDigest: "The Content-MD5 you specified did not match what we received."
      case .entityTooLarge: "Your proposed upload exceeds the maximum allowed size"
      case .entityTooSmall: "Your proposed upload is smaller than the minimum allowed size"
      case .incompleteBody:
        "You did not provide the number of bytes specified by the Content-Length HTTP header."
      case .invalidArgument: "Invalid Argument"
      case .invalidAccessKeyID: "The AWS Access Key Id you provided does not exist in our records."
      case .invalidDigest: "The Content-MD5 you specified was invalid."
      case .invalidPolicyDocument:
        "The content of the form does not meet the conditions specified in the policy document."
      case .invalidRequest: "Invalid Request"
      case .invalidURI: "Couldn't parse the specified URI."
      case .malformedTrailer:
        "The request contained trailing data that was not well-formed or did not conform to our published schema."
      case .missingContentLength: "You must provide the Content-Length HTTP header."
      case .missingSecurityHeader: "Your request was missing a required header."
      case .notImplemented: "A header you provided implies functionality that is not implemented."
      case .requestTimeTooSkewed: "The difference between the request time and the current time is too large."
      case .signatureDoesNotMatch:
        "The request signature we calculated does not match the signature you provided. Check your key and signing "
          + "method."
      case .contentSHA256Mismatch:
        "The provided 'x-amz-content-sha256' header does not match what was computed."
      }
    }
  }
}
