internal import EventLoop
internal import HTTPSemantics
internal import S3Authentication
internal import S3Documents

extension ObjectStorage {
  /// Carries an operation out, for whoever may have it done.
  func perform(
    _ operation: S3Operation, _ exchange: S3Exchange, _ outcome: S3AuthenticationOutcome
  ) async throws(S3Error) {
    switch operation {
    case .postForm:
      // Who sends it stands in the form.
      return try await postForm(exchange)
    case .archive: return try await archive(exchange)
    case .createBucket: return try await createBucket(exchange, outcome)
    case .listBuckets: return try await listBuckets(exchange)
    default: break
    }
    let bucket = try await authorize(operation, exchange)
    try S3Operation.checkVersion(exchange.query)
    switch operation {
    case .deleteBucket: try await deleteBucket(exchange)
    case .headBucket: await exchange.respond(.ok)
    case .listObjects: try await listObjects(exchange, bucket)
    case .listObjectsV2: try await listObjectsV2(exchange, bucket)
    case .listVersions: try await listVersions(exchange, bucket)
    case .listUploads: try await listUploads(exchange, bucket)
    case .location: await location(exchange, bucket)
    case .versioning: await versioning(exchange)
    case .setVersioning: try await setVersioning(exchange, outcome)
    case .unset(let configuration): await exchange.respond(xml: try configuration.document())
    case .document(let document, let action): try await self.document(document, action, exchange, outcome, bucket)
    case .policyStatus: await policyStatus(exchange, bucket)
    case .bucketACL: try await bucketACL(exchange, bucket)
    case .setBucketACL: try await setBucketACL(exchange, outcome, bucket)
    case .deleteObjects: try await deleteObjects(exchange, outcome, bucket)
    case .getObject, .headObject: try await getObject(exchange)
    case .putObject: try await putObject(exchange, outcome, bucket)
    case .copyObject: try await copyObject(exchange, bucket)
    case .deleteObject: try await deleteObject(exchange)
    case .objectTags: try await objectTags(exchange)
    case .setObjectTags: try await setObjectTags(exchange, outcome, bucket)
    case .deleteObjectTags: try await deleteObjectTags(exchange)
    case .objectACL: try await objectACL(exchange, bucket)
    case .setObjectACL: try await setObjectACL(exchange, outcome, bucket)
    case .attributes: try await attributes(exchange)
    case .createUpload: try await createUpload(exchange, bucket)
    case .uploadPart: try await uploadPart(exchange, outcome)
    case .uploadPartCopy: try await uploadPartCopy(exchange)
    case .completeUpload: try await completeUpload(exchange, outcome)
    case .abortUpload: try await abortUpload(exchange)
    case .listParts: try await listParts(exchange, bucket)
    case .postForm, .archive, .createBucket, .listBuckets: break
    }
  }
}
