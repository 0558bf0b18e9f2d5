/// What a policy can allow and deny: the actions of S3 that this server has. The raw value is S3's name.
public enum S3Action: String, CaseIterable, Sendable {
  /// Give up a multipart upload.
  case abortMultipartUpload = "AbortMultipartUpload"
  /// Make a bucket.
  case createBucket = "CreateBucket"
  /// Remove a bucket.
  case deleteBucket = "DeleteBucket"
  /// Remove a bucket's policy.
  case deleteBucketPolicy = "DeleteBucketPolicy"
  /// Remove an object.
  case deleteObject = "DeleteObject"
  /// Remove an object's tags.
  case deleteObjectTagging = "DeleteObjectTagging"
  /// Read whether a bucket's transfers are accelerated: none is.
  case getAccelerateConfiguration = "GetAccelerateConfiguration"
  /// Read a bucket's access control list.
  case getBucketACL = "GetBucketAcl"
  /// Read a bucket's CORS configuration.
  case getBucketCORS = "GetBucketCORS"
  /// Read a bucket's region.
  case getBucketLocation = "GetBucketLocation"
  /// Read where a bucket's log goes: nowhere.
  case getBucketLogging = "GetBucketLogging"
  /// Read who is notified of changes in a bucket: there is nobody.
  case getBucketNotification = "GetBucketNotification"
  /// Read whether a bucket locks its objects: none does.
  case getBucketObjectLockConfiguration = "GetBucketObjectLockConfiguration"
  /// Read a bucket's ownership setting.
  case getBucketOwnershipControls = "GetBucketOwnershipControls"
  /// Read a bucket's policy.
  case getBucketPolicy = "GetBucketPolicy"
  /// Read whether a bucket's policy is public.
  case getBucketPolicyStatus = "GetBucketPolicyStatus"
  /// Read what a bucket forbids the public.
  case getBucketPublicAccessBlock = "GetBucketPublicAccessBlock"
  /// Read who pays for requests: the owner.
  case getBucketRequestPayment = "GetBucketRequestPayment"
  /// Read a bucket's tags.
  case getBucketTagging = "GetBucketTagging"
  /// Read a bucket's versioning status.
  case getBucketVersioning = "GetBucketVersioning"
  /// Read a bucket's website configuration: there is none.
  case getBucketWebsite = "GetBucketWebsite"
  /// Read a bucket's encryption: there is none.
  case getEncryptionConfiguration = "GetEncryptionConfiguration"
  /// Read a bucket's lifecycle rules: there are none.
  case getLifecycleConfiguration = "GetLifecycleConfiguration"
  /// Read an object, or its fields.
  case getObject = "GetObject"
  /// Read an object's access control list.
  case getObjectACL = "GetObjectAcl"
  /// Read an object's attributes, beside `GetObject`.
  case getObjectAttributes = "GetObjectAttributes"
  /// Read an object's tags.
  case getObjectTagging = "GetObjectTagging"
  /// Read a bucket's replication: there is none.
  case getReplicationConfiguration = "GetReplicationConfiguration"
  /// List the account's buckets.
  case listAllMyBuckets = "ListAllMyBuckets"
  /// List a bucket's objects, and learn whether one exists.
  case listBucket = "ListBucket"
  /// List a bucket's multipart uploads.
  case listBucketMultipartUploads = "ListBucketMultipartUploads"
  /// List the versions of a bucket's objects.
  case listBucketVersions = "ListBucketVersions"
  /// List the parts of a multipart upload.
  case listMultipartUploadParts = "ListMultipartUploadParts"
  /// Replace a bucket's access control list.
  case putBucketACL = "PutBucketAcl"
  /// Replace or remove a bucket's CORS configuration.
  case putBucketCORS = "PutBucketCORS"
  /// Replace or remove a bucket's ownership setting.
  case putBucketOwnershipControls = "PutBucketOwnershipControls"
  /// Replace a bucket's policy.
  case putBucketPolicy = "PutBucketPolicy"
  /// Replace or remove what a bucket forbids the public.
  case putBucketPublicAccessBlock = "PutBucketPublicAccessBlock"
  /// Replace or remove a bucket's tags.
  case putBucketTagging = "PutBucketTagging"
  /// Change a bucket's versioning status.
  case putBucketVersioning = "PutBucketVersioning"
  /// Store an object, or a part of one.
  case putObject = "PutObject"
  /// Replace an object's access control list.
  case putObjectACL = "PutObjectAcl"
  /// Replace an object's tags.
  case putObjectTagging = "PutObjectTagging"

  /// The name as policies have it: `s3:GetObject`.
  public var policyName: String { "s3:\(rawValue)" }
}
