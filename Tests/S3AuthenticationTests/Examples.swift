import Digests
import HTTPSemantics
import Testing

@testable import S3Authentication

/// The key pair of the examples in Amazon's documentation, and what tests share.
enum Example {
  static let accessKey = "AKIAIOSFODNN7EXAMPLE"
  static let secretKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
  static let credentials = S3Signer.Credentials(accessKey: accessKey, secretKey: secretKey)
  /// 2013-05-24T00:00:00Z.
  static let now: Int64 = 1_369_353_600
  static let emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

  static func secret(_ accessKey: String) -> String? {
    accessKey == Self.accessKey ? secretKey : nil
  }

  static func request(
    _ method: String, _ target: String, _ fields: [(name: String, value: String)]
  ) -> S3Request {
    let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
    return S3Request(
      method: method, rawPath: Array(parts[0].utf8), rawQuery: Array((parts.count > 1 ? parts[1] : "").utf8),
      fields: HeaderFields(fields))
  }

  /// The outcome, or the code of the error.
  static func outcome(
    _ request: S3Request, now: Int64 = now, secret: (String) -> String? = secret
  ) -> Result<S3AuthenticationOutcome, S3AuthenticationError> {
    do throws(S3AuthenticationError) {
      return .success(try S3Authenticator.authenticate(request, now: now, secret: secret))
    } catch {
      return .failure(error)
    }
  }

  static func code(
    _ request: S3Request, now: Int64 = now, secret: (String) -> String? = secret
  ) -> S3AuthenticationError.Code? {
    if case .failure(let error) = outcome(request, now: now, secret: secret) { error.code } else { nil }
  }

  /// The request with an `Authorization` field of version 4 for all its other fields.
  static func signed(
    _ method: String, _ target: String, _ fields: [(name: String, value: String)], secretKey: String = secretKey,
    now: Int64 = now, hash: String? = nil, region: String = "us-east-1"
  ) throws -> S3Request {
    let time = SigningTime(unixSeconds: now)
    let scope = Credential.Scope(day: time.day, region: region)
    let all = fields + [("x-amz-date", time.timestamp)]
    let unsigned = request(method, target, all)
    let names = Set(all.map { $0.name.lowercased() }).sorted()
    let canonical = try CanonicalRequest(
      method: method, path: unsigned.rawPath, query: S3Request.parseQuery(unsigned.rawQuery).parameters,
      fields: unsigned.fields, signedHeaders: names,
      payloadHash: hash ?? unsigned.fields["x-amz-content-sha256"] ?? emptyHash)
    let signature = SigningKey(secret: secretKey, scope: scope)
      .sign(canonical.stringToSign(time: time, scope: scope))
    let authorization =
      "AWS4-HMAC-SHA256 Credential=\(accessKey)/\(scope), SignedHeaders=\(names.joined(separator: ";")), "
      + "Signature=\(signature)"
    return request(method, target, all + [("authorization", authorization)])
  }
}

extension S3Request {
  /// The request with a field set to another value, or removed.
  func setting(_ name: String, _ value: String?) -> S3Request {
    var fields = fields
    fields[name] = value
    return S3Request(method: method, rawPath: rawPath, rawQuery: rawQuery, fields: fields)
  }
}
