internal import HTTPSemantics
internal import S3Documents

/// The operations of the S3 API that there are, distinguished by method, address, and sub-resource.
enum S3Operation: Hashable, Sendable {
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

  /// - Parameter isCopy: whether the request names a source to copy from.
  /// - Throws: `MethodNotAllowed`, `NotImplemented` for what there is not, or `InvalidArgument` for parameters that name
  ///   two operations at once.
  init(
    _ method: HTTPMethod, _ address: S3Address, _ query: QueryParameters, isCopy: Bool
  ) throws(S3Error) {
    let named = SubResource.named(in: query)
    switch address {
    case .service:
      guard method == .get || method == .head else { throw .methodNotAllowed(method, resourceType: "SERVICE") }
      // A service has no sub-resources.
      if let resource = named.first(where: { $0.role != .detail }) {
        throw .notImplemented(parameter: resource.rawValue)
      }
      self = .listBuckets
    case .bucket: self = try Self.find(method, .bucket, named)
    case .object: self = try Self.find(method, .object, named)
    }
    switch self {
    case .putObject where isCopy: self = .copyObject
    case .uploadPart where isCopy: self = .uploadPartCopy
    case .listObjects: if try Self.isSecondVersion(query) { self = .listObjectsV2 }
    default: break
    }
    try refuseVersion(query)
    try refuseUnknown(query)
  }

  private static func find(
    _ method: HTTPMethod, _ scope: S3OperationEntry.Scope, _ named: Set<SubResource>
  ) throws(S3Error) -> S3Operation {
    if let resource = named.first(where: { $0.role == .unsupported }) {
      throw .notImplemented(parameter: resource.rawValue)
    }
    let resources = named.filter { $0.role == .operation }.sorted { $0.rawValue < $1.rawValue }
    guard resources.count <= 1 else {
      let names = resources.map(\.rawValue).joined(separator: ", ")
      throw .invalidArgument("Conflicting query string parameters: \(names)", name: "ResourceType", value: names)
    }
    var resource = resources.first
    // A part is one of an upload, whether that is named or not.
    if resource == nil, method == .put, scope == .object, named.contains(.partNumber) { resource = .uploadID }
    if let operation = S3OperationTable.byRoute[S3OperationEntry.Route(method, scope, resource)] { return operation }
    let others = S3OperationTable.byRoute.filter { $0.key.scope == scope && $0.key.resource == resource }.values
    if let resource, others.allSatisfy(\.isOfUnsetConfiguration) { throw .notImplemented(parameter: resource.rawValue) }
    throw .methodNotAllowed(method, resourceType: scope == .bucket ? "BUCKET" : "OBJECT")
  }

  /// Whether a list is asked for in the form of ListObjectsV2.
  private static func isSecondVersion(_ query: QueryParameters) throws(S3Error) -> Bool {
    switch query.first("list-type") {
    case nil, "", "1": return false
    case "2": return true
    case let other: throw .invalidArgument("There is no such kind of list.", name: "list-type", value: other)
    }
  }

  /// The action that a policy has to allow; nil for an operation that is not in the table.
  var action: S3Action? { S3OperationTable.entry(of: self)?.action }

  private var isOfUnsetConfiguration: Bool { if case .unset = self { true } else { false } }
}
