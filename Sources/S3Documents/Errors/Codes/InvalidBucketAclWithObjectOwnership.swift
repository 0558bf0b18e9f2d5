import HTTPSemantics

extension S3Error {
  /// The bucket's access control list contradicts the ownership setting.
  public static let invalidBucketAclWithObjectOwnership = S3Error(
    "InvalidBucketAclWithObjectOwnership", .badRequest,
    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting")
}
