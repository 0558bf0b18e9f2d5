extension S3Operation {
  /// The name in S3's API.
  var name: String {
    switch self {
    case .listBuckets: "ListBuckets"
    case .createBucket: "CreateBucket"
    case .deleteBucket: "DeleteBucket"
    case .headBucket: "HeadBucket"
    case .listObjects: "ListObjects"
    case .listObjectsV2: "ListObjectsV2"
    case .listVersions: "ListObjectVersions"
    case .listUploads: "ListMultipartUploads"
    case .location: "GetBucketLocation"
    case .versioning: "GetBucketVersioning"
    case .setVersioning: "PutBucketVersioning"
    case .document(_, .get): "GetBucketDocument"
    case .document(_, .put): "PutBucketDocument"
    case .document(_, .delete): "DeleteBucketDocument"
    case .unset: "GetBucketConfiguration"
    case .policyStatus: "GetBucketPolicyStatus"
    case .bucketACL: "GetBucketAcl"
    case .setBucketACL: "PutBucketAcl"
    case .deleteObjects: "DeleteObjects"
    case .postForm: "PostObject"
    case .getObject: "GetObject"
    case .headObject: "HeadObject"
    case .putObject: "PutObject"
    case .copyObject: "CopyObject"
    case .deleteObject: "DeleteObject"
    case .objectTags: "GetObjectTagging"
    case .setObjectTags: "PutObjectTagging"
    case .deleteObjectTags: "DeleteObjectTagging"
    case .objectACL: "GetObjectAcl"
    case .setObjectACL: "PutObjectAcl"
    case .attributes: "GetObjectAttributes"
    case .archive: "GetArchive"
    case .createUpload: "CreateMultipartUpload"
    case .uploadPart: "UploadPart"
    case .uploadPartCopy: "UploadPartCopy"
    case .completeUpload: "CompleteMultipartUpload"
    case .abortUpload: "AbortMultipartUpload"
    case .listParts: "ListParts"
    }
  }

  /// The names of all operations, and at the end one for requests that are none.
  static let names = [
    "ListBuckets", "CreateBucket", "DeleteBucket", "HeadBucket", "ListObjects", "ListObjectsV2", "ListObjectVersions",
    "ListMultipartUploads", "GetBucketLocation", "GetBucketVersioning", "PutBucketVersioning", "GetBucketDocument",
    "PutBucketDocument", "DeleteBucketDocument", "GetBucketConfiguration", "GetBucketPolicyStatus", "GetBucketAcl",
    "PutBucketAcl",
    "DeleteObjects", "PostObject", "GetObject", "HeadObject", "PutObject", "CopyObject", "DeleteObject",
    "GetObjectTagging", "PutObjectTagging", "DeleteObjectTagging", "GetObjectAcl", "PutObjectAcl",
    "GetObjectAttributes", "GetArchive", "CreateMultipartUpload", "UploadPart", "UploadPartCopy",
    "CompleteMultipartUpload",
    "AbortMultipartUpload", "ListParts", "none",
  ]

  /// The place of an operation among the names.
  static func place(_ operation: S3Operation?) -> Int {
    operation.flatMap { names.firstIndex(of: $0.name) } ?? names.count - 1
  }
}
