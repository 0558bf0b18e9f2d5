internal import HTTPSemantics

/// The token by which a listing goes on: to its client it means nothing, in truth it is the last item in hexadecimal.
enum ContinuationToken {
  static func make(_ lastItem: String) -> String {
    Hexadecimal.encode(lastItem.utf8)
  }

  /// The item that a token stands for.
  ///
  /// - Throws: `InvalidArgument` for what is no token.
  static func item(_ token: String) throws(S3Error) -> String {
    guard let bytes = Hexadecimal.decode(token.utf8), let item = String(validating: bytes, as: UTF8.self) else {
      throw wrong
    }
    return item
  }

  private static let wrong = S3Error.invalidArgument(
    "The continuation token provided is incorrect", name: "continuation-token")
}
