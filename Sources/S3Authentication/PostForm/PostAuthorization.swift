/// Who signed a form, and what size of file its policy allows.
public struct PostAuthorization: Sendable, Equatable {
  /// The access key whose secret signed the policy; nil for a form without a policy.
  public let accessKey: String?
  /// The sizes in bytes that the policy allows; nil if it sets no limits.
  public let contentLength: ClosedRange<Int64>?

  /// - Throws: `EntityTooSmall` or `EntityTooLarge` for a file whose size (in bytes) the policy does not allow.
  public func checkContentLength(_ length: Int64) throws(S3AuthenticationError) {
    guard let contentLength else { return }
    if length < contentLength.lowerBound {
      throw S3AuthenticationError(
        .entityTooSmall,
        details: [
          .init(name: "ProposedSize", value: String(length)),
          .init(name: "MinSizeAllowed", value: String(contentLength.lowerBound)),
        ])
    }
    if length > contentLength.upperBound {
      throw S3AuthenticationError(
        .entityTooLarge,
        details: [
          .init(name: "ProposedSize", value: String(length)),
          .init(name: "MaxSizeAllowed", value: String(contentLength.upperBound)),
        ])
    }
  }
}
