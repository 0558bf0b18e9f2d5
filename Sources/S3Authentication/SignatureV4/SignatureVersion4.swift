internal import Digests
internal import HTTPSemantics

/// What header, query and form signatures of version 4 have in common.
enum SignatureVersion4 {
  static let algorithm = "AWS4-HMAC-SHA256"
  /// What the client's clock may differ by, in seconds.
  static let allowedSkew: Int64 = 15 * 60
  /// Names in a list of signed headers; no client has nearly as many.
  private static let signedHeadersLimit = 256

  /// A request's signature with all that it is computed from, and what is yet to be compared.
  struct Claim {
    var credential: Credential
    var time: SigningTime
    var signedHeaders: [String]
    var signature: String
    var payloadHash: String
    /// The parameters of the query that are signed.
    var query: [QueryParameters.Parameter]
  }

  /// The list of signed headers; nil if it is empty or absurd.
  static func signedHeaders(_ text: String) -> [String]? {
    let names = text.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
    return names.count <= signedHeadersLimit && names.allSatisfy(HeaderFields.isName) ? names : nil
  }

  /// Compares the signature with the one that the secret gives.
  /// - Returns: what the chunks of the body are signed with.
  static func verify(
    _ claim: Claim, of request: S3Request, secret: (String) -> String?
  ) throws(S3AuthenticationError) -> ChunkSigning {
    if let name = request.fields.firstUnsigned(among: claim.signedHeaders) {
      throw S3AuthenticationError(
        .accessDenied, "There were headers present in the request which were not signed",
        details: [.init(name: "HeadersNotSigned", value: name)])
    }
    let accessKey = claim.credential.accessKey
    guard let secret = secret(accessKey) else { throw .unknownAccessKey(accessKey) }
    let scope = claim.credential.scope
    let key = SigningKey(secret: secret, scope: scope)
    let canonical = try CanonicalRequest(
      method: request.method, path: request.rawPath, query: claim.query, fields: request.fields,
      signedHeaders: claim.signedHeaders, payloadHash: claim.payloadHash)
    let stringToSign = canonical.stringToSign(time: claim.time, scope: scope)
    let signature = key.sign(stringToSign)
    guard ConstantTime.equals(Array(signature.utf8), Array(claim.signature.utf8)) else {
      throw .signatureMismatch(
        accessKey: accessKey, stringToSign: stringToSign, provided: claim.signature, canonicalRequest: canonical.text)
    }
    return ChunkSigning(key: key, time: claim.time, scope: scope, seed: signature)
  }
}
