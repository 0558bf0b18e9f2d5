/// Why a request, or the body that it announced, is refused: one of S3's error codes with what the client should know.
public struct S3AuthenticationError: Error, Equatable, Sendable {
  /// An element of the error document beyond code and message, such as `StringToSign`.
  public struct Detail: Equatable, Sendable {
    /// The element's name.
    public let name: String
    /// Its text.
    public let value: String

    /// An element.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// S3's code.
  public let code: Code
  /// What is wrong, in the words that S3 uses.
  public let message: String
  /// What S3 adds to help to find a mistake in signing. None of it is secret.
  public let details: [Detail]

  /// A refusal.
  public init(_ code: Code, _ message: String? = nil, details: [Detail] = []) {
    self.code = code
    self.message = message ?? code.message
    self.details = details
  }
}
