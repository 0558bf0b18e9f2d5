internal import HTTPSemantics
internal import S3Documents

extension S3Operation {
  /// What an address names, below the service itself.
  enum Scope: Hashable, Sendable {
    case bucket, object
  }

  /// Where an operation stands in S3's API: a method of a bucket or an object, or of one of their sub-resources.
  struct Place: Hashable, Sendable {
    var method: HTTPMethod
    var scope: Scope
    /// Nil for the bucket or the object itself.
    var resource: SubResource?

    init(_ method: HTTPMethod, _ scope: Scope, _ resource: SubResource? = nil) {
      self.method = method
      self.scope = scope
      self.resource = resource
    }
  }

  /// All operations on buckets and objects. Copies stand where the puts do that they are.
  static let table: [Place: S3Operation] = ofBuckets.merging(ofObjects) { first, _ in first }
    .merging(ofDocuments) { first, _ in first }

  private static let ofBuckets: [Place: S3Operation] = [
    Place(.put, .bucket): .createBucket,
    Place(.delete, .bucket): .deleteBucket,
    Place(.head, .bucket): .headBucket,
    Place(.get, .bucket): .listObjects,
    Place(.get, .bucket, .versions): .listVersions,
    Place(.get, .bucket, .uploads): .listUploads,
    Place(.get, .bucket, .location): .location,
    Place(.get, .bucket, .versioning): .versioning,
    Place(.put, .bucket, .versioning): .setVersioning,
    Place(.get, .bucket, .policyStatus): .policyStatus,
    Place(.get, .bucket, .acl): .bucketACL,
    Place(.put, .bucket, .acl): .setBucketACL,
    Place(.post, .bucket, .delete): .deleteObjects,
    Place(.post, .bucket): .postForm,
    Place(.get, .bucket, .archive): .archive,
    Place(.head, .bucket, .archive): .archive,
  ]

  private static let ofObjects: [Place: S3Operation] = [
    Place(.get, .object): .getObject,
    Place(.head, .object): .headObject,
    Place(.put, .object): .putObject,
    Place(.delete, .object): .deleteObject,
    Place(.get, .object, .tagging): .objectTags,
    Place(.put, .object, .tagging): .setObjectTags,
    Place(.delete, .object, .tagging): .deleteObjectTags,
    Place(.get, .object, .acl): .objectACL,
    Place(.put, .object, .acl): .setObjectACL,
    Place(.get, .object, .attributes): .attributes,
    Place(.get, .object, .archive): .archive,
    Place(.head, .object, .archive): .archive,
    Place(.post, .object, .uploads): .createUpload,
    Place(.put, .object, .uploadID): .uploadPart,
    Place(.post, .object, .uploadID): .completeUpload,
    Place(.delete, .object, .uploadID): .abortUpload,
    Place(.get, .object, .uploadID): .listParts,
  ]

  /// Those of a bucket's documents, and of what no bucket has, by the names of their sub-resources.
  private static let ofDocuments: [Place: S3Operation] = {
    var table: [Place: S3Operation] = [:]
    for document in BucketDocument.allCases {
      guard let resource = SubResource(rawValue: document.rawValue) else { continue }
      table[Place(.get, .bucket, resource)] = .document(document, .get)
      table[Place(.put, .bucket, resource)] = .document(document, .put)
      table[Place(.delete, .bucket, resource)] = .document(document, .delete)
    }
    for configuration in UnsetConfiguration.allCases {
      guard let resource = SubResource(rawValue: configuration.rawValue) else { continue }
      table[Place(.get, .bucket, resource)] = .unset(configuration)
    }
    return table
  }()
}
