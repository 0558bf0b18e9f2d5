public import HTTPSemantics

/// The stable codes of refusals, as the contract lists them.
public enum ProblemCode: String, CaseIterable, Sendable {
  /// Broken multipart, no file, short body, a parameter that does not parse.
  case malformedRequest = "malformed-request"
  /// The upload or delete token is missing or wrong.
  case tokenRequired = "token-required"
  /// No such image, archive, route.
  case notFound = "not-found"
  /// The route is there, the method is not.
  case methodNotAllowed = "method-not-allowed"
  /// The operator does not want this picture.
  case blocked
  /// The name is taken.
  case exists
  /// The file is over the limit.
  case tooLarge = "too-large"
  /// Extension or content is not an accepted image.
  case unsupportedFormat = "unsupported-format"
  /// The type is right, but truncated, corrupt, or over the pixel limit.
  case invalidImage = "invalid-image"
  /// One of the web server's limits.
  case tooManyRequests = "too-many-requests"
  /// This client has reported much already, or the operator has yet to deal with earlier reports.
  case tooManyReports = "too-many-reports"
  /// Too much to do at the moment.
  case overloaded
  /// Nothing is changed for a while: see the setting `VITRINE_READ_ONLY`.
  case readOnly = "read-only"
  /// A photo folder with something in it that cannot be read or is beyond the limits.
  case cannotBePacked = "cannot-be-packed"
  /// A photo folder that somebody is still writing to.
  case beingFilled = "being-filled"
  /// The rest of an archive is asked for by a client that has the beginning of an earlier one.
  case archiveChanged = "archive-changed"
  /// No space, no inodes, quota.
  case storageFull = "storage-full"
  /// Something that should not happen; the operator's log says what.
  case internalError = "internal-error"

  /// The status that goes with it.
  public var status: HTTPStatus {
    switch self {
    case .malformedRequest: .badRequest
    case .tokenRequired: .unauthorized
    case .notFound: .notFound
    case .methodNotAllowed: .methodNotAllowed
    case .blocked: .forbidden
    case .exists: .conflict
    case .tooLarge: .contentTooLarge
    case .unsupportedFormat: .unsupportedMediaType
    case .invalidImage: .unprocessableContent
    case .tooManyRequests, .tooManyReports: .tooManyRequests
    case .overloaded, .readOnly, .cannotBePacked, .beingFilled: .serviceUnavailable
    case .archiveChanged: .preconditionFailed
    case .storageFull: .insufficientStorage
    case .internalError: .internalServerError
    }
  }
}
