internal import Digests
internal import HTTPSemantics
internal import S3Documents

extension PostForm {
  /// Checks the signature of a form's policy, version 4 or 2, and the form's fields against its conditions. A form
  /// without a policy is anonymous.
  ///
  /// - Parameters:
  ///   - now: the time, in seconds since 1970.
  ///   - secret: the secret key of an access key, nil for one that does not exist.
  /// - Throws: `S3AuthenticationError`: `AccessDenied` for an expired policy and for fields that it does not allow.
  public func authenticate(
    now: Int64, secret: (String) -> String?
  ) throws(S3AuthenticationError) -> PostAuthorization {
    if let name = repeatedField {
      throw Self.invalid(name, "POST requires exactly one field named '\(name)'.")
    }
    guard self["key"] != nil else { throw Self.missing("key") }
    guard let policy = self["policy"] else {
      for name in ["x-amz-signature", "signature"] where self[name] != nil { throw Self.missing("policy") }
      return PostAuthorization(accessKey: nil, contentLength: PostAuthorization.ContentLength())
    }
    let isVersion4 = self["x-amz-signature"] != nil || self["x-amz-algorithm"] != nil
    let accessKey =
      isVersion4 ? try verifyVersion4(policy, secret: secret) : try verifyVersion2(policy, secret: secret)
    return try check(PostPolicy(base64: policy), accessKey: accessKey, now: now)
  }

  private func verifyVersion4(
    _ policy: String, secret: (String) -> String?
  ) throws(S3AuthenticationError) -> String {
    let signature = try required("x-amz-signature")
    let credentialText = try required("x-amz-credential")
    let date = try required("x-amz-date")
    guard try required("x-amz-algorithm") == SignatureVersion4.algorithm else {
      throw Self.invalid("x-amz-algorithm", "X-Amz-Algorithm only supports \"\(SignatureVersion4.algorithm)\"")
    }
    guard let time = SigningTime(timestamp: date) else {
      throw Self.invalid("x-amz-date", "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
    }
    let credential: Credential
    switch Credential.parse(credentialText, day: time.day) {
    case .credential(let parsed): credential = parsed
    case .fault(let fault):
      throw Self.invalid("x-amz-credential", "Error parsing the X-Amz-Credential parameter; \(fault.message)")
    }
    guard let secret = secret(credential.accessKey) else { throw .unknownAccessKey(credential.accessKey) }
    let computed = SigningKey(secret: secret, scope: credential.scope).sign(policy)
    guard ConstantTime.equals(Array(computed.utf8), Array(signature.utf8)) else {
      throw .signatureMismatch(accessKey: credential.accessKey, stringToSign: nil)
    }
    return credential.accessKey
  }

  private func verifyVersion2(
    _ policy: String, secret: (String) -> String?
  ) throws(S3AuthenticationError) -> String {
    let accessKey = try required("awsaccesskeyid")
    // The policy is what was signed, and the client has it; it may name tokens.
    try SignatureVersion2.verify(
      try required("signature"), of: policy, shown: nil, accessKey: accessKey, secret: secret)
    return accessKey
  }

  private func check(
    _ policy: PostPolicy, accessKey: String, now: Int64
  ) throws(S3AuthenticationError) -> PostAuthorization {
    guard now < policy.expiration else { throw Self.denied("Policy expired.") }
    // Looked up, and the key made, once: a policy may have very many conditions.
    var values = Dictionary(grouping: fields, by: \.name).mapValues { $0.map(\.value) }
    values["bucket", default: []].insert(bucket, at: 0)
    values["key"] = key.map { [$0] }
    for condition in policy.conditions where !condition.holds(for: { values[$0] ?? [] }) {
      throw Self.denied("Policy Condition failed: \(condition)")
    }
    let covered = policy.coveredFields
    for name in ["bucket"] + fields.map(\.name) where !covered.contains(name) && !Self.needsNoCondition(name) {
      throw Self.denied("Extra input fields: \(name)")
    }
    return PostAuthorization(accessKey: accessKey, contentLength: policy.contentLength)
  }

  /// The fields that are the signature, and those that can do no harm: a checksum only adds a demand.
  private static func needsNoCondition(_ name: String) -> Bool {
    switch name {
    case "policy", "signature", "awsaccesskeyid", "x-amz-signature", "x-amz-algorithm", "x-amz-credential",
      "x-amz-date", "file":
      true
    default: name.hasPrefix("x-ignore-") || ChecksumAlgorithm(fieldName: name) != nil
    }
  }

  private func required(_ name: String) throws(S3AuthenticationError) -> String {
    guard let value = self[name] else { throw Self.missing(name) }
    return value
  }

  private static func missing(_ name: String) -> S3AuthenticationError {
    invalid(
      name,
      "Bucket POST must contain a field named '\(name)'.  If it is specified, please check the order of the fields.")
  }

  private static func invalid(_ name: String, _ message: String) -> S3AuthenticationError {
    S3AuthenticationError(.invalidArgument, message, details: [NameValuePair("ArgumentName", name)])
  }

  private static func denied(_ reason: String) -> S3AuthenticationError {
    S3AuthenticationError(.accessDenied, "Invalid according to Policy: \(reason)")
  }
}
