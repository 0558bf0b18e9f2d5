/// Who sent a request.
public enum S3AuthenticationOutcome: Sendable {
  /// Nobody signed it; the body is as declared.
  case anonymous(PayloadDeclaration)
  /// The signature is right.
  case authenticated(AuthenticatedRequest)

  /// The access key, nil for an anonymous request.
  public var accessKey: String? {
    if case .authenticated(let request) = self { request.accessKey } else { nil }
  }

  /// What the body has to be.
  public var payload: PayloadDeclaration {
    switch self {
    case .anonymous(let payload): payload
    case .authenticated(let request): request.payload
    }
  }
}
