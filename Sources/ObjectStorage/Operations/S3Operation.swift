internal import HTTPSemantics
internal import S3Documents

/// The operations of the S3 API that there are, told apart by method, address, and sub-resource.
enum S3Operation: Equatable, Sendable {
  case listBuckets
  case createBucket, deleteBucket, headBucket
  case listObjects, listObjectsV2, listVersions, listUploads
  case location, versioning, setVersioning
  case document(BucketDocument, DocumentAction)
  case policyStatus
  case bucketACL, setBucketACL
  case deleteObjects
  case postForm
  case getObject, headObject, putObject, copyObject, deleteObject
  case objectTags, setObjectTags, deleteObjectTags
  case objectACL, setObjectACL
  case attributes
  case archive
  case createUpload, uploadPart, uploadPartCopy, completeUpload, abortUpload, listParts

  /// Documents that are kept for a bucket.
  enum BucketDocument: String, Sendable {
    case policy, cors, tagging
    case ownershipControls, publicAccessBlock
    /// Never set here: asking for them gets the error that says so.
    case lifecycle, website, encryption, replication, objectLock = "object-lock", logging, notification
    case requestPayment, accelerate
  }

  enum DocumentAction: Sendable {
    case get, put, delete
  }

  /// - Throws: `MethodNotAllowed`, or `NotImplemented` for what there is not.
  init(
    _ method: HTTPMethod, _ address: S3Address, _ query: QueryParameters, isCopy: Bool
  ) throws(S3Error) {
    switch address {
    case .service:
      guard method == .get || method == .head else { throw .methodNotAllowed(method, resourceType: "SERVICE") }
      self = .listBuckets
    case .bucket: self = try Self.ofBucket(method, query)
    case .object: self = try Self.ofObject(method, query, isCopy: isCopy)
    }
  }

  private static func ofBucket(_ method: HTTPMethod, _ query: QueryParameters) throws(S3Error) -> S3Operation {
    if let document = query.parameters.lazy.compactMap({
      BucketDocument(rawValue: String(decoding: $0.name, as: UTF8.self))
    }).first {
      switch method {
      case .get: return .document(document, .get)
      case .put: return .document(document, .put)
      case .delete: return .document(document, .delete)
      default: throw .methodNotAllowed(method, resourceType: "BUCKET")
      }
    }
    switch method {
    case .get:
      if query.contains("archive") { return .archive }
      if query.contains("location") { return .location }
      if query.contains("versioning") { return .versioning }
      if query.contains("policyStatus") { return .policyStatus }
      if query.contains("acl") { return .bucketACL }
      if query.contains("uploads") { return .listUploads }
      if query.contains("versions") { return .listVersions }
      return query.first("list-type") == "2" ? .listObjectsV2 : .listObjects
    case .head: return query.contains("archive") ? .archive : .headBucket
    case .put:
      if query.contains("versioning") { return .setVersioning }
      if query.contains("acl") { return .setBucketACL }
      return .createBucket
    case .delete: return .deleteBucket
    case .post:
      if query.contains("delete") { return .deleteObjects }
      return .postForm
    default: throw .methodNotAllowed(method, resourceType: "BUCKET")
    }
  }

  private static func ofObject(
    _ method: HTTPMethod, _ query: QueryParameters, isCopy: Bool
  ) throws(S3Error) -> S3Operation {
    for unsupported in ["torrent", "restore", "select", "retention", "legal-hold"] where query.contains(unsupported) {
      throw .notImplemented()
    }
    switch method {
    case .get:
      if query.contains("archive") { return .archive }
      if query.contains("tagging") { return .objectTags }
      if query.contains("acl") { return .objectACL }
      if query.contains("attributes") { return .attributes }
      if query.contains("uploadId") { return .listParts }
      return .getObject
    case .head: return query.contains("archive") ? .archive : .headObject
    case .put:
      if query.contains("tagging") { return .setObjectTags }
      if query.contains("acl") { return .setObjectACL }
      if query.contains("uploadId") || query.contains("partNumber") { return isCopy ? .uploadPartCopy : .uploadPart }
      return isCopy ? .copyObject : .putObject
    case .delete:
      if query.contains("tagging") { return .deleteObjectTags }
      return query.contains("uploadId") ? .abortUpload : .deleteObject
    case .post:
      if query.contains("uploads") { return .createUpload }
      if query.contains("uploadId") { return .completeUpload }
      throw .methodNotAllowed(method, resourceType: "OBJECT")
    default: throw .methodNotAllowed(method, resourceType: "OBJECT")
    }
  }

  /// The action that a policy has to allow.
  var action: String {
    switch self {
    case .listBuckets: "s3:ListAllMyBuckets"
    case .createBucket: "s3:CreateBucket"
    case .deleteBucket: "s3:DeleteBucket"
    case .headBucket, .listObjects, .listObjectsV2: "s3:ListBucket"
    case .listVersions: "s3:ListBucketVersions"
    case .listUploads: "s3:ListBucketMultipartUploads"
    case .location: "s3:GetBucketLocation"
    case .versioning: "s3:GetBucketVersioning"
    case .setVersioning: "s3:PutBucketVersioning"
    case .policyStatus: "s3:GetBucketPolicyStatus"
    case .bucketACL: "s3:GetBucketAcl"
    case .setBucketACL: "s3:PutBucketAcl"
    case .document(let document, let action): Self.action(document, action)
    case .getObject, .headObject, .archive: "s3:GetObject"
    case .attributes: "s3:GetObjectAttributes"
    case .putObject, .copyObject, .createUpload, .uploadPart, .uploadPartCopy, .completeUpload, .postForm:
      "s3:PutObject"
    case .deleteObject, .deleteObjects: "s3:DeleteObject"
    case .objectTags: "s3:GetObjectTagging"
    case .setObjectTags: "s3:PutObjectTagging"
    case .deleteObjectTags: "s3:DeleteObjectTagging"
    case .objectACL: "s3:GetObjectAcl"
    case .setObjectACL: "s3:PutObjectAcl"
    case .abortUpload: "s3:AbortMultipartUpload"
    case .listParts: "s3:ListMultipartUploadParts"
    }
  }

  private static func action(_ document: BucketDocument, _ action: DocumentAction) -> String {
    let name =
      switch document {
      case .policy: "BucketPolicy"
      case .cors: "BucketCORS"
      case .tagging: "BucketTagging"
      case .ownershipControls: "BucketOwnershipControls"
      case .publicAccessBlock: "BucketPublicAccessBlock"
      case .lifecycle: "LifecycleConfiguration"
      case .website: "BucketWebsite"
      case .encryption: "EncryptionConfiguration"
      case .replication: "ReplicationConfiguration"
      case .objectLock: "BucketObjectLockConfiguration"
      case .logging: "BucketLogging"
      case .notification: "BucketNotification"
      case .requestPayment: "BucketRequestPayment"
      case .accelerate: "AccelerateConfiguration"
      }
    switch action {
    case .get: return "s3:Get\(name)"
    case .put: return "s3:Put\(name)"
    case .delete: return document == .policy || document == .website ? "s3:Delete\(name)" : "s3:Put\(name)"
    }
  }
}
