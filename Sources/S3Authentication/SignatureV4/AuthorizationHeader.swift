/// The parameters of an `Authorization` field of signature version 4.
struct AuthorizationHeader: Equatable {
  let credential: String
  let signedHeaders: [String]
  let signature: String

  /// Reads what follows `AWS4-HMAC-SHA256`: `Credential=…, SignedHeaders=…, Signature=…` in any order, with or without
  /// white space after the commas.
  init(_ parameters: Substring) throws(S3AuthenticationError) {
    var values: [String: String] = [:]
    for piece in parameters.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      let parameter = piece.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      guard let equals = parameter.firstIndex(of: UInt8(ascii: "=")) else { throw Self.malformed }
      let name = String(Substring(parameter[..<equals]))
      let value = String(Substring(parameter[parameter.index(after: equals)...]))
      guard values.updateValue(value, forKey: name) == nil else { throw Self.malformed }
    }
    guard
      values.count == 3, let credential = values["Credential"], let signature = values["Signature"],
      let names = values["SignedHeaders"], let signedHeaders = SignatureVersion4.signedHeaders(names)
    else { throw Self.malformed }
    self.credential = credential
    self.signedHeaders = signedHeaders
    self.signature = signature
  }

  private static let malformed = S3AuthenticationError(
    .authorizationHeaderMalformed,
    "The authorization header is malformed; expecting Credential, SignedHeaders and Signature.")
}
