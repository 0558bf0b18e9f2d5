public import HTTPSemantics

/// Why a request, or the body that it announced, is refused: one of S3's error codes with what the client should know.
public struct S3AuthenticationError: Error, Equatable, Sendable {
  /// S3's code.
  public let code: Code
  /// What is wrong, in the words that S3 uses.
  public let message: String
  /// Elements of the error document beyond code and message, such as `StringToSign`, which help to find a mistake in
  /// signing. None of it is secret.
  public let details: [NameValuePair]

  /// A refusal.
  public init(_ code: Code, _ message: String? = nil, details: [NameValuePair] = []) {
    self.code = code
    self.message = message ?? code.message
    self.details = details
  }
}
