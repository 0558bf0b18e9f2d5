extension S3Action {
  /// Whether a pattern of a policy, such as `s3:Get*`, stands for any action that S3 or MinIO has. One that stands for
  /// none is a slip of the pen, and refused.
  static func isKnown(_ pattern: WildcardPattern) -> Bool {
    knownNames.contains { pattern.matches($0) }
  }

  private static let knownNames = (allCases.map(\.rawValue) + others)
    .map { PatternText("s3:\($0)".utf8, ignoresCase: true) }

  /// Actions that policies may name, and that no request to this server is.
  private static let others = [
    "BypassGovernanceRetention", "DeleteBucketOwnershipControls", "DeleteBucketWebsite", "DeleteObjectVersion",
    "DeleteObjectVersionTagging",
    "ForceDeleteBucket", "GetAnalyticsConfiguration",
    "GetBucketMetadataTableConfiguration",
    "GetIntelligentTieringConfiguration",
    "GetInventoryConfiguration", "GetMetricsConfiguration", "GetObjectLegalHold",
    "GetObjectRetention", "GetObjectTorrent", "GetObjectVersion", "GetObjectVersionAcl", "GetObjectVersionAttributes",
    "GetObjectVersionForReplication", "GetObjectVersionTagging", "GetObjectVersionTorrent",
    "InitiateReplication", "ListenBucketNotification", "ListenNotification",
    "ObjectOwnerOverrideToBucketOwner", "PutAccelerateConfiguration", "PutAnalyticsConfiguration", "PutBucketLogging",
    "PutBucketNotification", "PutBucketObjectLockConfiguration", "PutBucketRequestPayment", "PutBucketWebsite",
    "PutEncryptionConfiguration", "PutIntelligentTieringConfiguration", "PutInventoryConfiguration",
    "PutLifecycleConfiguration", "PutMetricsConfiguration", "PutObjectLegalHold", "PutObjectRetention",
    "PutObjectVersionAcl", "PutObjectVersionTagging", "PutReplicationConfiguration", "ReplicateDelete",
    "ReplicateObject", "ReplicateTags", "RestoreObject",
  ]
}
