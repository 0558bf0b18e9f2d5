internal import HTTPSemantics
internal import S3Documents

/// The operations of the S3 API that there are, told apart by method, address, and sub-resource.
enum S3Operation: Equatable, Sendable {
  case listBuckets
  case createBucket, deleteBucket, headBucket
  case listObjects, listObjectsV2, listVersions, listUploads
  case location, versioning, setVersioning
  case document(BucketDocument, DocumentAction)
  case unset(UnsetConfiguration)
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

  /// What is done with a bucket's document.
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
    try refuse(unsupportedOfBucket, query)
    let names = query.parameters.lazy.map { String(decoding: $0.name, as: UTF8.self) }
    if let document = names.compactMap({ BucketDocument(rawValue: $0) }).first {
      switch method {
      case .get: return .document(document, .get)
      case .put: return .document(document, .put)
      case .delete: return .document(document, .delete)
      default: throw .methodNotAllowed(method, resourceType: "BUCKET")
      }
    }
    if let configuration = names.compactMap({ UnsetConfiguration(rawValue: $0) }).first {
      guard method == .get else { throw .notImplemented() }
      return .unset(configuration)
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
    case .delete:
      if Self.readOnlyOfBucket.contains(where: query.contains) {
        throw .methodNotAllowed(method, resourceType: "BUCKET")
      }
      return .deleteBucket
    case .post:
      if query.contains("delete") { return .deleteObjects }
      return .postForm
    default: throw .methodNotAllowed(method, resourceType: "BUCKET")
    }
  }

  private static func ofObject(
    _ method: HTTPMethod, _ query: QueryParameters, isCopy: Bool
  ) throws(S3Error) -> S3Operation {
    try refuse(unsupportedOfObject, query)
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
      if query.contains("uploads") || query.contains("attributes") {
        throw .methodNotAllowed(method, resourceType: "OBJECT")
      }
      if query.contains("uploadId") || query.contains("partNumber") { return isCopy ? .uploadPartCopy : .uploadPart }
      return isCopy ? .copyObject : .putObject
    case .delete:
      if query.contains("tagging") { return .deleteObjectTags }
      if query.contains("acl") || query.contains("attributes") {
        throw .methodNotAllowed(method, resourceType: "OBJECT")
      }
      return query.contains("uploadId") ? .abortUpload : .deleteObject
    case .post:
      if query.contains("uploads") { return .createUpload }
      if query.contains("uploadId") { return .completeUpload }
      throw .methodNotAllowed(method, resourceType: "OBJECT")
    default: throw .methodNotAllowed(method, resourceType: "OBJECT")
    }
  }

  // What is left out of an address counts for nothing; what these name, though, must not be done to the whole instead:
  // a deletion of a bucket's inventory is none of the bucket.
  private static let unsupportedOfBucket = [
    "abac", "analytics", "intelligent-tiering", "inventory", "metadataConfiguration", "metadataTable", "metrics",
    "session",
  ]
  private static let readOnlyOfBucket = ["acl", "location", "policyStatus", "uploads", "versioning", "versions"]
  private static let unsupportedOfObject = [
    "annotation", "append", "encryption", "legal-hold", "renameObject", "restore", "retention", "select", "torrent",
  ]

  private static func refuse(_ names: [String], _ query: QueryParameters) throws(S3Error) {
    if names.contains(where: query.contains) { throw .notImplemented() }
  }
}
