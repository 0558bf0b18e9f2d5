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
    /// What the payload's hash may be: more than one where the request does not tell.
    var payloadHashes: [String]
    /// The parameters of the query that are signed.
    var query: [QueryParameters.Parameter]
  }

  /// The list of signed headers; nil if it is empty or absurd.
  static func signedHeaders(_ text: String) -> [String]? {
    let names = text.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    return names.count <= signedHeadersLimit && names.allSatisfy(HeaderFields.isName) ? names : nil
  }

  /// What a signature turned out to be of.
  struct Verified {
    /// What the chunks of the body are signed with.
    var chunkSigning: ChunkSigning
    /// The fields as the client spelled their names.
    var fields: HeaderFields
    /// The hash of the payload that was signed.
    var payloadHash: String
  }

  /// Compares the signature with the one that the secret gives, for each way to read the request.
  static func verify(
    _ claim: Claim, of request: S3Request, secret: (String) -> String?
  ) throws(S3AuthenticationError) -> Verified {
    let readings = request.fields.spelled(claim.signedHeaders)
    if let name = readings.first?.firstUnsigned(among: claim.signedHeaders) {
      throw S3AuthenticationError(
        .accessDenied, "There were headers present in the request which were not signed",
        details: [NameValuePair("HeadersNotSigned", name)])
    }
    let accessKey = claim.credential.accessKey
    guard let secret = secret(accessKey) else { throw .unknownAccessKey(accessKey) }
    let scope = claim.credential.scope
    let key = SigningKey.of(secret: secret, scope: scope)
    var mismatch: S3AuthenticationError?
    for fields in readings {
      let isASCII = fields.fields.allSatisfy { $0.value.utf8.allSatisfy { $0 < 0x80 } }
      for encoding in isASCII ? [CanonicalRequest.FieldEncoding.utf8] : [.utf8, .latin1] {
        for hash in claim.payloadHashes {
          let canonical = try CanonicalRequest(
            method: request.method, path: request.rawPath, query: claim.query, fields: fields,
            signedHeaders: claim.signedHeaders, payloadHash: hash, encoding: encoding)
          let stringToSign = canonical.stringToSign(time: claim.time, scope: scope)
          let signature = key.sign(stringToSign)
          if ConstantTime.equals(Array(signature.utf8), Array(claim.signature.utf8)) {
            let chunks = ChunkSigning(key: key, time: claim.time, scope: scope, seed: signature)
            return Verified(chunkSigning: chunks, fields: fields, payloadHash: hash)
          }
          // The first is how most clients would have meant it.
          guard mismatch == nil else { continue }
          let shown = try CanonicalRequest(
            method: request.method, path: request.rawPath, query: claim.query, fields: fields,
            signedHeaders: claim.signedHeaders, payloadHash: hash, encoding: encoding, hidesSecrets: true)
          // A hash over what is not shown would let somebody try values until one gives it.
          mismatch = .signatureMismatch(
            accessKey: accessKey, stringToSign: shown.text == canonical.text ? stringToSign : nil,
            canonicalRequest: shown.text)
        }
      }
    }
    throw mismatch ?? S3AuthenticationError(.signatureDoesNotMatch)
  }
}
