/// What a request is about.
public enum PolicyResource: Sendable, Equatable {
  /// The service: what is in all buckets.
  case service
  /// A bucket.
  case bucket(BucketName)
  /// An object of a bucket, whether it exists or not.
  case object(BucketName, ObjectKey)

  /// What stands before the bucket's name in the resource's ARN.
  static let arnPrefix = "arn:aws:s3:::"

  /// The resource's ARN, which patterns are held against.
  var arn: [UInt8] {
    let prefix = Array(Self.arnPrefix.utf8)
    switch self {
    case .service: return prefix + Array("*".utf8)
    case .bucket(let bucket): return prefix + Array(bucket.text.utf8)
    case .object(let bucket, let key): return prefix + Array(bucket.text.utf8) + [UInt8(ascii: "/")] + key.bytes
    }
  }
}
