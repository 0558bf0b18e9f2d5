import HTTPSemantics

// Errors about a bucket, its name, and the configurations that it has or has not.

extension S3Error {
  /// There is no such bucket.
  public static let noSuchBucket = S3Error(
    "NoSuchBucket", .notFound,
    "The specified bucket does not exist")

  /// The bucket's name is another account's.
  public static let bucketAlreadyExists = S3Error(
    "BucketAlreadyExists", .conflict,
    "The requested bucket name is not available. The bucket namespace is shared by all users "
      + "of the system. Please select a different name and try again.")

  /// The bucket's name is that of a bucket of the same account.
  public static let bucketAlreadyOwnedByYou = S3Error(
    "BucketAlreadyOwnedByYou", .conflict,
    "Your previous request to create the named bucket succeeded and you already own it.")

  /// The bucket that is to be deleted holds objects.
  public static let bucketNotEmpty = S3Error(
    "BucketNotEmpty", .conflict,
    "The bucket you tried to delete is not empty.")

  /// The text is no bucket's name.
  public static func invalidBucketName(_ name: String) -> S3Error {
    S3Error(
      "InvalidBucketName", .badRequest,
      "The specified bucket is not valid.",
      ["BucketName": name])
  }

  /// The text is no region.
  public static func invalidLocationConstraint(_ region: String) -> S3Error {
    S3Error(
      "InvalidLocationConstraint", .badRequest,
      "The specified location-constraint is not valid",
      ["LocationConstraint": region])
  }

  /// The policy is malformed, or does not suit the bucket.
  public static func malformedPolicy(_ message: String) -> S3Error {
    S3Error("MalformedPolicy", .badRequest, message)
  }

  /// The bucket has no policy.
  public static let noSuchBucketPolicy = S3Error(
    "NoSuchBucketPolicy", .notFound,
    "The bucket policy does not exist")

  /// The bucket has no CORS configuration.
  public static let noSuchCORSConfiguration = S3Error(
    "NoSuchCORSConfiguration", .notFound,
    "The CORS configuration does not exist")

  /// The bucket has no lifecycle configuration.
  public static let noSuchLifecycleConfiguration = S3Error(
    "NoSuchLifecycleConfiguration", .notFound,
    "The lifecycle configuration does not exist")

  /// The bucket has no setting that blocks public access.
  public static let noSuchPublicAccessBlockConfiguration = S3Error(
    "NoSuchPublicAccessBlockConfiguration", .notFound,
    "The public access block configuration was not found")

  /// The bucket has no tags.
  public static let noSuchTagSet = S3Error(
    "NoSuchTagSet", .notFound,
    "The TagSet does not exist")

  /// The bucket has no website configuration.
  public static let noSuchWebsiteConfiguration = S3Error(
    "NoSuchWebsiteConfiguration", .notFound,
    "The specified bucket does not have a website configuration")

  /// The bucket has no object lock configuration.
  public static let objectLockConfigurationNotFoundError = S3Error(
    "ObjectLockConfigurationNotFoundError", .notFound,
    "Object Lock configuration does not exist for this bucket")

  /// The bucket has no ownership setting.
  public static let ownershipControlsNotFoundError = S3Error(
    "OwnershipControlsNotFoundError", .notFound,
    "The bucket ownership controls were not found")

  /// The bucket has no replication configuration.
  public static let replicationConfigurationNotFoundError = S3Error(
    "ReplicationConfigurationNotFoundError", .notFound,
    "The replication configuration was not found")

  /// The bucket has no encryption configuration.
  public static let serverSideEncryptionConfigurationNotFoundError = S3Error(
    "ServerSideEncryptionConfigurationNotFoundError", .notFound,
    "The server side encryption configuration was not found")

  /// The versioning configuration has a status other than `Enabled` and `Suspended`.
  public static let illegalVersioningConfigurationException = S3Error(
    "IllegalVersioningConfigurationException", .badRequest,
    "The Versioning element must be specified")
}
