internal import HTTPSemantics
internal import S3Documents

/// All operations of the S3 API that there are. What is not in this table is not implemented.
enum S3OperationTable {
  private typealias Entry = S3OperationEntry
  private typealias Route = S3OperationEntry.Route

  /// The operations, in the order in which the metrics name them.
  static let entries: [S3OperationEntry] = ofBuckets + ofDocuments + ofObjects + ofUploads

  /// The operations by their routes. Copies stand where the puts do that they are.
  static let byRoute: [S3OperationEntry.Route: S3Operation] = Dictionary(
    entries.flatMap { entry in entry.routes.map { ($0, entry.operation) } }
  ) { first, _ in first }

  private static let byOperation: [S3Operation: S3OperationEntry] = Dictionary(
    entries.map { ($0.operation, $0) }
  ) { first, _ in first }

  /// The entry of an operation; nil for one that was forgotten here, which a test does not let pass.
  static func entry(of operation: S3Operation) -> S3OperationEntry? { byOperation[operation] }

  // MARK: Buckets

  private static let ofBuckets: [S3OperationEntry] = [
    Entry(
      .listBuckets, "ListBuckets", [], .listAllMyBuckets, parameters: ["prefix", "continuation-token", "max-buckets"],
      alone: { (families, exchange) throws(S3Error) in try await families.buckets.list(exchange) }),
    Entry(
      .createBucket, "CreateBucket", [Route(.put, .bucket)], .createBucket,
      alone: { (families, exchange) throws(S3Error) in try await families.buckets.create(exchange) }),
    Entry(.deleteBucket, "DeleteBucket", [Route(.delete, .bucket)], .deleteBucket) {
      (families, exchange, bucket) throws(S3Error) in try await families.buckets.delete(exchange, bucket)
    },
    Entry(.headBucket, "HeadBucket", [Route(.head, .bucket)], .listBucket) {
      (families, exchange, bucket) throws(S3Error) in try await families.buckets.head(exchange, bucket)
    },
    Entry(.listObjects, "ListObjects", [Route(.get, .bucket)], .listBucket, parameters: listing) {
      (families, exchange, bucket) throws(S3Error) in try await families.listing.list(exchange, bucket)
    },
    Entry(.listObjectsV2, "ListObjectsV2", [], .listBucket, parameters: listing) {
      (families, exchange, bucket) throws(S3Error) in try await families.listing.listV2(exchange, bucket)
    },
    Entry(
      .listVersions, "ListObjectVersions", [Route(.get, .bucket, .versions)], .listBucketVersions, parameters: listing
    ) { (families, exchange, bucket) throws(S3Error) in try await families.listing.listVersions(exchange, bucket) },
    Entry(
      .listUploads, "ListMultipartUploads", [Route(.get, .bucket, .uploads)], .listBucketMultipartUploads,
      parameters: listing
    ) { (families, exchange, bucket) throws(S3Error) in try await families.listing.listUploads(exchange, bucket) },
    Entry(.location, "GetBucketLocation", [Route(.get, .bucket, .location)], .getBucketLocation) {
      (families, exchange, bucket) throws(S3Error) in try await families.buckets.location(exchange, bucket)
    },
    Entry(.versioning, "GetBucketVersioning", [Route(.get, .bucket, .versioning)], .getBucketVersioning) {
      (families, exchange, bucket) throws(S3Error) in try await families.buckets.versioning(exchange, bucket)
    },
    Entry(.setVersioning, "PutBucketVersioning", [Route(.put, .bucket, .versioning)], .putBucketVersioning) {
      (families, exchange, bucket) throws(S3Error) in try await families.buckets.setVersioning(exchange, bucket)
    },
  ]

  /// Of all kinds of listings. `metadata` (MinIO) and `allow-unordered` (Ceph) allow more than they ask for: a listing
  /// without metadata, and one in order, are good answers to them. `bucket`, `key` and `etag` are what the redirect after a
  /// form adds to an address, which may be a bucket's.
  private static let listing: Set<String> = [
    "allow-unordered", "bucket", "continuation-token", "delimiter", "encoding-type", "etag", "fetch-owner", "key",
    "key-marker", "list-type", "marker", "max-keys", "max-uploads", "metadata", "prefix", "start-after",
    "upload-id-marker", "version-id-marker",
  ]

  // MARK: Settings of buckets

  /// Those of a bucket's documents, and of what no bucket has, by the names of their sub-resources.
  private static let ofDocuments: [S3OperationEntry] =
    BucketDocument.allCases.flatMap { document in
      [
        entry(document, .get, "GetBucketDocument", .get), entry(document, .put, "PutBucketDocument", .put),
        entry(document, .delete, "DeleteBucketDocument", .delete),
      ]
    }
    + UnsetConfiguration.allCases.map { configuration in
      Entry(
        .unset(configuration), "GetBucketConfiguration", routes(.get, configuration.rawValue), configuration.action
      ) { (_, exchange, _) throws(S3Error) in await exchange.respond(xml: try configuration.document()) }
    }
    + [
      Entry(.policyStatus, "GetBucketPolicyStatus", [Route(.get, .bucket, .policyStatus)], .getBucketPolicyStatus) {
        (families, exchange, bucket) throws(S3Error) in try await families.documents.policyStatus(exchange, bucket)
      },
      Entry(.bucketACL, "GetBucketAcl", [Route(.get, .bucket, .acl)], .getBucketACL) {
        (families, exchange, bucket) throws(S3Error) in try await families.accessControl.getBucketACL(exchange, bucket)
      },
      Entry(.setBucketACL, "PutBucketAcl", [Route(.put, .bucket, .acl)], .putBucketACL) {
        (families, exchange, bucket) throws(S3Error) in try await families.accessControl.putBucketACL(exchange, bucket)
      },
    ]

  private static func entry(
    _ document: BucketDocument, _ action: S3Operation.DocumentAction, _ name: String, _ method: HTTPMethod
  ) -> S3OperationEntry {
    Entry(.document(document, action), name, routes(method, document.rawValue), document.action(action)) {
      (families, exchange, bucket) throws(S3Error) in
      try await families.documents.perform(action, document, exchange, bucket)
    }
  }

  private static func routes(_ method: HTTPMethod, _ name: String) -> [S3OperationEntry.Route] {
    SubResource(rawValue: name).map { [Route(method, .bucket, $0)] } ?? []
  }

  // MARK: Objects

  private static let ofObjects: [S3OperationEntry] = [
    Entry(.deleteObjects, "DeleteObjects", [Route(.post, .bucket, .delete)], .deleteObject) {
      (families, exchange, bucket) throws(S3Error) in try await families.deletion.deleteAll(exchange, bucket)
    },
    // Who sends it stands in the form.
    Entry(
      .postForm, "PostObject", [Route(.post, .bucket)], .putObject,
      alone: { (families, exchange) throws(S3Error) in try await families.forms.post(exchange) }),
    Entry(.getObject, "GetObject", [Route(.get, .object)], .getObject, takesVersion: true) {
      (families, exchange, bucket) throws(S3Error) in try await families.reading.get(exchange, bucket)
    },
    Entry(.headObject, "HeadObject", [Route(.head, .object)], .getObject, takesVersion: true) {
      (families, exchange, bucket) throws(S3Error) in try await families.reading.get(exchange, bucket)
    },
    Entry(.putObject, "PutObject", [Route(.put, .object)], .putObject) { (families, exchange, bucket) throws(S3Error) in
      try await families.writing.put(exchange, bucket)
    },
    Entry(.copyObject, "CopyObject", [], .putObject) { (families, exchange, bucket) throws(S3Error) in
      try await families.copying.copy(exchange, bucket)
    },
    Entry(.deleteObject, "DeleteObject", [Route(.delete, .object)], .deleteObject, takesVersion: true) {
      (families, exchange, bucket) throws(S3Error) in try await families.deletion.delete(exchange, bucket)
    },
    Entry(
      .objectTags, "GetObjectTagging", [Route(.get, .object, .tagging)], .getObjectTagging, takesVersion: true
    ) { (families, exchange, bucket) throws(S3Error) in try await families.tagging.get(exchange, bucket) },
    Entry(
      .setObjectTags, "PutObjectTagging", [Route(.put, .object, .tagging)], .putObjectTagging, takesVersion: true
    ) { (families, exchange, bucket) throws(S3Error) in try await families.tagging.put(exchange, bucket) },
    Entry(
      .deleteObjectTags, "DeleteObjectTagging", [Route(.delete, .object, .tagging)], .deleteObjectTagging,
      takesVersion: true
    ) { (families, exchange, bucket) throws(S3Error) in try await families.tagging.delete(exchange, bucket) },
    Entry(.objectACL, "GetObjectAcl", [Route(.get, .object, .acl)], .getObjectACL, takesVersion: true) {
      (families, exchange, bucket) throws(S3Error) in try await families.accessControl.getObjectACL(exchange, bucket)
    },
    Entry(.setObjectACL, "PutObjectAcl", [Route(.put, .object, .acl)], .putObjectACL, takesVersion: true) {
      (families, exchange, bucket) throws(S3Error) in try await families.accessControl.putObjectACL(exchange, bucket)
    },
    Entry(
      .attributes, "GetObjectAttributes", [Route(.get, .object, .attributes)], .getObjectAttributes, takesVersion: true
    ) { (families, exchange, bucket) throws(S3Error) in try await families.reading.attributes(exchange, bucket) },
    Entry(
      .archive, "GetArchive",
      [
        Route(.get, .bucket, .archive), Route(.head, .bucket, .archive), Route(.get, .object, .archive),
        Route(.head, .object, .archive),
      ], .getObject, parameters: [SubResource.member.rawValue, SubResource.name.rawValue],
      alone: { (families, exchange) throws(S3Error) in try await families.archives.get(exchange) }),
  ]

  // MARK: Uploads in parts

  private static let ofUploads: [S3OperationEntry] = [
    Entry(.createUpload, "CreateMultipartUpload", [Route(.post, .object, .uploads)], .putObject) {
      (families, exchange, bucket) throws(S3Error) in try await families.uploads.create(exchange, bucket)
    },
    Entry(
      .uploadPart, "UploadPart", [Route(.put, .object, .uploadID)], .putObject,
      parameters: [SubResource.partNumber.rawValue]
    ) { (families, exchange, bucket) throws(S3Error) in try await families.uploads.uploadPart(exchange, bucket) },
    Entry(
      .uploadPartCopy, "UploadPartCopy", [], .putObject, parameters: [SubResource.partNumber.rawValue]
    ) { (families, exchange, bucket) throws(S3Error) in try await families.uploads.uploadPartCopy(exchange, bucket) },
    Entry(.completeUpload, "CompleteMultipartUpload", [Route(.post, .object, .uploadID)], .putObject) {
      (families, exchange, bucket) throws(S3Error) in try await families.uploads.complete(exchange, bucket)
    },
    Entry(.abortUpload, "AbortMultipartUpload", [Route(.delete, .object, .uploadID)], .abortMultipartUpload) {
      (families, exchange, bucket) throws(S3Error) in try await families.uploads.abort(exchange, bucket)
    },
    Entry(
      .listParts, "ListParts", [Route(.get, .object, .uploadID)], .listMultipartUploadParts,
      parameters: ["encoding-type", "max-parts", "part-number-marker"]
    ) { (families, exchange, bucket) throws(S3Error) in try await families.uploads.listParts(exchange, bucket) },
  ]
}
