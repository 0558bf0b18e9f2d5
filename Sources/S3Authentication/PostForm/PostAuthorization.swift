internal import HTTPSemantics

/// Who signed a form, and what size of file its policy allows.
public struct PostAuthorization: Sendable, Equatable {
  /// The sizes of a file, in bytes, that a policy allows.
  public struct ContentLength: Sendable, Equatable {
    /// The smallest.
    public internal(set) var minimum: Int64 = 0
    /// The largest; `Int64.max` where the policy sets no limit.
    public internal(set) var maximum: Int64 = .max
  }

  /// The access key whose secret signed the policy; nil for a form without a policy.
  public let accessKey: String?
  /// The sizes that are allowed.
  public let contentLength: ContentLength

  /// - Throws: `EntityTooSmall` or `EntityTooLarge` for a file of `length` bytes that the policy does not allow.
  public func checkContentLength(_ length: Int64) throws(S3AuthenticationError) {
    if length < contentLength.minimum {
      throw S3AuthenticationError(
        .entityTooSmall,
        details: [
          NameValuePair("ProposedSize", String(length)),
          NameValuePair("MinSizeAllowed", String(contentLength.minimum)),
        ])
    }
    if length > contentLength.maximum {
      throw S3AuthenticationError(
        .entityTooLarge,
        details: [
          NameValuePair("ProposedSize", String(length)),
          NameValuePair("MaxSizeAllowed", String(contentLength.maximum)),
        ])
    }
  }
}
