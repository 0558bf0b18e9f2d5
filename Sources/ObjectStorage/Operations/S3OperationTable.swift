internal import HTTPSemantics
internal import S3Documents

/// All operations of the S3 API that there are. What is not in this table is not implemented.
enum S3OperationTable {
  private typealias Entry = S3OperationEntry
  private typealias Place = S3OperationEntry.Place

  /// The operations, in the order in which the metrics name them.
  static let entries: [S3OperationEntry] = ofBuckets + ofDocuments + ofObjects + ofUploads

  /// The operations by their places. Copies stand where the puts do that they are.
  static let byPlace: [S3OperationEntry.Place: S3Operation] = Dictionary(
    entries.flatMap { entry in entry.places.map { ($0, entry.operation) } }
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
      .createBucket, "CreateBucket", [Place(.put, .bucket)], .createBucket,
      alone: { (families, exchange) throws(S3Error) in try await families.buckets.create(exchange) }),
    Entry(.deleteBucket, "DeleteBucket", [Place(.delete, .bucket)], .deleteBucket) {
      (families, exchange, bucket) throws(S3Error) in try await families.buckets.delete(exchange, bucket)
    },
    Entry(.headBucket, "HeadBucket", [Place(.head, .bucket)], .listBucket) {
      (families, exchange, bucket) throws(S3Error) in try await families.buckets.head(exchange, bucket)
    },
    Entry(.listObjects, "ListObjects", [Place(.get, .bucket)], .listBucket, parameters: listing) {
      (families, exchange, bucket) throws(S3Error) in try await families.listing.list(exchange, bucket)
    },
    Entry(.listObjectsV2, "ListObjectsV2", [], .listBucket, parameters: listing) {
      (families, exchange, bucket) throws(S3Error) in try await families.listing.listV2(exchange, bucket)
    },
    Entry(
      .listVersions, "ListObjectVersions", [Place(.get, .bucket, .versions)], .listBucketVersions, parameters: listing
    ) { (families, exchange, bucket) throws(S3Error) in try await families.listing.listVersions(exchange, bucket) },
    Entry(
      .listUploads, "ListMultipartUploads", [Place(.get, .bucket, .uploads)], .listBucketMultipartUploads,
      parameters: listing
    ) { (families, exchange, bucket) throws(S3Error) in try await families.listing.listUploads(exchange, bucket) },
    Entry(.location, "GetBucketLocation", [Place(.get, .bucket, .location)], .getBucketLocation) {
      (families, exchange, bucket) throws(S3Error) in try await families.buckets.location(exchange, bucket)
    },
    Entry(.versioning, "GetBucketVersioning", [Place(.get, .bucket, .versioning)], .getBucketVersioning) {
      (families, exchange, bucket) throws(S3Error) in try await families.buckets.versioning(exchange, bucket)
    },
    Entry(.setVersioning, "PutBucketVersioning", [Place(.put, .bucket, .versioning)], .putBucketVersioning) {
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
        .unset(configuration), "GetBucketConfiguration", places(.get, configuration.rawValue), configuration.action
      ) { (_, exchange, _) throws(S3Error) in await exchange.respond(xml: try configuration.document()) }
    }
    + [
      Entry(.policyStatus, "GetBucketPolicyStatus", [Place(.get, .bucket, .policyStatus)], .getBucketPolicyStatus) {
        (families, exchange, bucket) throws(S3Error) in try await families.documents.policyStatus(exchange, bucket)
      },
      Entry(.bucketACL, "GetBucketAcl", [Place(.get, .bucket, .acl)], .getBucketACL) {
        (families, exchange, bucket) throws(S3Error) in try await families.accessControl.getBucketACL(exchange, bucket)
      },
      Entry(.setBucketACL, "PutBucketAcl", [Place(.put, .bucket, .acl)], .putBucketACL) {
        (families, exchange, bucket) throws(S3Error) in try await families.accessControl.putBucketACL(exchange, bucket)
      },
    ]

  private static func entry(
    _ document: BucketDocument, _ action: S3Operation.DocumentAction, _ name: String, _ method: HTTPMethod
  ) -> S3OperationEntry {
    Entry(.document(document, action), name, places(method, document.rawValue), document.action(action)) {
      (families, exchange, bucket) throws(S3Error) in
      try await families.documents.perform(action, document, exchange, bucket)
    }
  }

  private static func places(_ method: HTTPMethod, _ name: String) -> [S3OperationEntry.Place] {
    SubResource(rawValue: name).map { [Place(method, .bucket, $0)] } ?? []
  }

  // MARK: Objects

  private static let ofObjects: [S3OperationEntry] = [
    Entry(.deleteObjects, "DeleteObjects", [Place(.post, .bucket, .delete)], .deleteObject) {
      (families, exchange, bucket) throws(S3Error) in try await families.deletion.deleteAll(exchange, bucket)
    },
    // Who sends it stands in the form.
    Entry(
      .postForm, "PostObject", [Place(.post, .bucket)], .putObject,
      alone: { (families, exchange) throws(S3Error) in try await families.forms.post(exchange) }),
    Entry(.getObject, "GetObject", [Place(.get, .object)], .getObject, takesVersion: true) {
      (families, exchange, bucket) throws(S3Error) in try await families.reading.get(exchange, bucket)
    },
    Entry(.headObject, "HeadObject", [Place(.head, .object)], .getObject, takesVersion: true) {
      (families, exchange, bucket) throws(S3Error) in try await families.reading.get(exchange, bucket)
    },
    Entry(.putObject, "PutObject", [Place(.put, .object)], .putObject) { (families, exchange, bucket) throws(S3Error) in
      try await families.writing.put(exchange, bucket)
    },
    Entry(.copyObject, "CopyObject", [], .putObject) { (families, exchange, bucket) throws(S3Error) in
      try await families.copying.copy(exchange, bucket)
    },
    Entry(.deleteObject, "DeleteObject", [Place(.delete, .object)], .deleteObject, takesVersion: true) {
      (families, exchange, bucket) throws(S3Error) in try await families.deletion.delete(exchange, bucket)
    },
    Entry(
      .objectTags, "GetObjectTagging", [Place(.get, .object, .tagging)], .getObjectTagging, takesVersion: true
    ) { (families, exchange, bucket) throws(S3Error) in try await families.tagging.get(exchange, bucket) },
    Entry(
      .setObjectTags, "PutObjectTagging", [Place(.put, .object, .tagging)], .putObjectTagging, takesVersion: true
    ) { (families, exchange, bucket) throws(S3Error) in try await families.tagging.put(exchange, bucket) },
    Entry(
      .deleteObjectTags, "DeleteObjectTagging", [Place(.delete, .object, .tagging)], .deleteObjectTagging,
      takesVersion: true
    ) { (families, exchange, bucket) throws(S3Error) in try await families.tagging.delete(exchange, bucket) },
    Entry(.objectACL, "GetObjectAcl", [Place(.get, .object, .acl)], .getObjectACL, takesVersion: true) {
      (families, exchange, bucket) throws(S3Error) in try await families.accessControl.getObjectACL(exchange, bucket)
    },
    Entry(.setObjectACL, "PutObjectAcl", [Place(.put, .object, .acl)], .putObjectACL, takesVersion: true) {
      (families, exchange, bucket) throws(S3Error) in try await families.accessControl.putObjectACL(exchange, bucket)
    },
    Entry(
      .attributes, "GetObjectAttributes", [Place(.get, .object, .attributes)], .getObjectAttributes, takesVersion: true
    ) { (families, exchange, bucket) throws(S3Error) in try await families.reading.attributes(exchange, bucket) },
    Entry(
      .archive, "GetArchive",
      [
        Place(.get, .bucket, .archive), Place(.head, .bucket, .archive), Place(.get, .object, .archive),
        Place(.head, .object, .archive),
      ], .getObject, parameters: [SubResource.member.rawValue, SubResource.name.rawValue],
      alone: { (families, exchange) throws(S3Error) in try await families.archives.get(exchange) }),
  ]

  // MARK: Uploads in parts

  private static let ofUploads: [S3OperationEntry] = [
    Entry(.createUpload, "CreateMultipartUpload", [Place(.post, .object, .uploads)], .putObject) {
      (families, exchange, bucket) throws(S3Error) in try await families.uploads.create(exchange, bucket)
    },
    Entry(
      .uploadPart, "UploadPart", [Place(.put, .object, .uploadID)], .putObject,
      parameters: [SubResource.partNumber.rawValue]
    ) { (families, exchange, bucket) throws(S3Error) in try await families.uploads.uploadPart(exchange, bucket) },
    Entry(
      .uploadPartCopy, "UploadPartCopy", [], .putObject, parameters: [SubResource.partNumber.rawValue]
    ) { (families, exchange, bucket) throws(S3Error) in try await families.uploads.uploadPartCopy(exchange, bucket) },
    Entry(.completeUpload, "CompleteMultipartUpload", [Place(.post, .object, .uploadID)], .putObject) {
      (families, exchange, bucket) throws(S3Error) in try await families.uploads.complete(exchange, bucket)
    },
    Entry(.abortUpload, "AbortMultipartUpload", [Place(.delete, .object, .uploadID)], .abortMultipartUpload) {
      (families, exchange, bucket) throws(S3Error) in try await families.uploads.abort(exchange, bucket)
    },
    Entry(
      .listParts, "ListParts", [Place(.get, .object, .uploadID)], .listMultipartUploadParts,
      parameters: ["encoding-type", "max-parts", "part-number-marker"]
    ) { (families, exchange, bucket) throws(S3Error) in try await families.uploads.listParts(exchange, bucket) },
  ]
}
