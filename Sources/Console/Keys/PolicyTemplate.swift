internal import HTTPSemantics

/// The policies of an account that the console offers ready-made (IAM policy language, version 2012-10-17).
enum PolicyTemplate: String, CaseIterable, Sendable {
  /// Get and list, nothing else.
  case readOnly = "read-only"
  /// Put, nothing else: neither see nor delete what is there.
  case writeOnly = "write-only"
  /// Everything in one bucket, nothing elsewhere.
  case bucket
  /// Everything under one prefix of one bucket.
  case prefix

  /// The policy.
  /// - Parameters:
  ///   - bucket: the bucket that it is about; nil for all of them, where the template allows that.
  ///   - prefix: the beginning of keys, such as `reports/`.
  /// - Returns: nil where the template needs what is not given.
  func policy(bucket: String?, prefix: String?) -> JSONValue? {
    let name = bucket ?? "*"
    let buckets = "arn:aws:s3:::\(name)"
    let objects = "\(buckets)/\(prefix ?? "")*"
    switch self {
    case .readOnly:
      return Self.document([
        Self.allow(["s3:ListAllMyBuckets", "s3:GetBucketLocation"], on: ["arn:aws:s3:::*"]),
        Self.list(buckets, prefix), Self.allow(["s3:GetObject", "s3:GetObjectTagging"], on: [objects]),
      ])
    case .writeOnly:
      return Self.document([
        Self.allow(["s3:GetBucketLocation"], on: [buckets]),
        Self.allow(["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"], on: [objects]),
      ])
    case .bucket:
      guard bucket != nil else { return nil }
      return Self.document([Self.allow(["s3:*"], on: [buckets, "\(buckets)/*"])])
    case .prefix:
      guard bucket != nil, let prefix, !prefix.isEmpty else { return nil }
      return Self.document([
        Self.allow(["s3:GetBucketLocation"], on: [buckets]), Self.list(buckets, prefix),
        Self.allow(["s3:*"], on: [objects]),
      ])
    }
  }

  private static func list(_ bucket: String, _ prefix: String?) -> JSONValue {
    guard let prefix, !prefix.isEmpty else { return allow(["s3:ListBucket"], on: [bucket]) }
    return allow(
      ["s3:ListBucket"], on: [bucket], if: ["StringLike": ["s3:prefix": .string("\(prefix)*")]])
  }

  private static func allow(
    _ actions: [String], on resources: [String], if condition: JSONValue? = nil
  ) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init(name: "Effect", value: "Allow"),
      .init(name: "Action", value: .array(actions.map { .string($0) })),
      .init(name: "Resource", value: .array(resources.map { .string($0) })),
    ]
    if let condition { members.append(.init(name: "Condition", value: condition)) }
    return .object(members)
  }

  private static func document(_ statements: [JSONValue]) -> JSONValue {
    ["Version": "2012-10-17", "Statement": .array(statements)]
  }
}
