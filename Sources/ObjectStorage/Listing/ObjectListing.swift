internal import EventLoop
internal import HTTPSemantics
internal import Posix
internal import S3Documents
internal import Storage

/// The operations that list objects and uploads.
@EventLoopActor
struct ObjectListing {
  let objects: S3Calls<any ObjectStore>
  let uploads: S3Calls<any MultipartStore>

  /// ListObjects.
  func list(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    let request = try ListObjectsRequest(exchange.query)
    let page = try await page(request.collator(of: ListedObject.self), exchange, bucket)
    await exchange.respond(xml: ListBucketResult(bucket: bucket.name, request: request, page: page).document)
  }

  /// ListObjectsV2.
  func listV2(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    let request = try ListObjectsV2Request(exchange.query)
    let page = try await page(request.collator(of: ListedObject.self), exchange, bucket)
    await exchange.respond(xml: ListBucketV2Result(bucket: bucket.name, request: request, page: page).document)
  }

  /// ListObjectVersions: every object has one version, `null`.
  func listVersions(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    let request = try ListVersionsRequest(exchange.query)
    let page = try await page(request.collator(of: ListedObject.self), exchange, bucket)
    await exchange.respond(xml: ListVersionsResult(bucket: bucket.name, request: request, page: page).document)
  }

  /// ListMultipartUploads.
  func listUploads(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    let request = try ListUploadsRequest(exchange.query)
    let uploads = try await uploads { (store) throws(StorageError) in try await store.uploads(in: bucket.name.text) }
    var collator = request.collator(of: MultipartUpload.self)
    let marker = Array(request.keyMarker.utf8)
    for upload in uploads {
      if !request.uploadIDMarker.isEmpty, upload.key == marker, upload.identifier <= request.uploadIDMarker { continue }
      if collator.add(upload.key, upload) == .done { break }
    }
    let page = collator.page.compactMap { try? UploadSummary($0, in: bucket) }
    await exchange.respond(
      xml: ListMultipartUploadsResult(bucket: bucket.name, request: request, page: page).document)
  }

  private func page(
    _ collator: ListingCollator<ListedObject>, _ exchange: S3Exchange, _ bucket: Bucket
  ) async throws(S3Error) -> ListingPage<ObjectSummary> {
    let seesAll = exchange.caller.isRoot
    let page = try await objects { (store) throws(StorageError) in
      try await store.page(collator, of: bucket.name.text, includesUnlisted: seesAll)
    }
    var owners: [String: Owner] = [:]
    return page.compactMap { object in
      // A file's name need not be a key.
      guard let key = try? ObjectKey(object.key) else { return nil }
      // An account's id is a digest: a page has a thousand objects of few accounts.
      let owner = owners[object.owner] ?? (object.owner.isEmpty ? bucket.owner : Owner(account: object.owner))
      owners[object.owner] = owner
      return ObjectSummary(
        key: key, lastModified: object.modified.seconds, etag: object.etag, size: object.size, owner: owner,
        storageClass: StorageClass(stored: object.storageClass))
    }
  }
}

extension ObjectStore {
  /// Fills a page of a listing.
  nonisolated(nonsending) func page(
    _ collator: ListingCollator<ListedObject>, of bucket: String, includesUnlisted: Bool
  ) async throws(StorageError) -> ListingPage<ListedObject> {
    guard let start = collator.start else { return collator.page }
    let grouping = collator.grouping.map { KeyGrouping(prefix: $0.prefix, delimiter: $0.delimiter) }
    return try await scan(
      bucket, from: .at(start), grouping: grouping, includesUnlisted: includesUnlisted, into: collator
    ) { collator, object in collator.step(object) }.page
  }
}

extension ListingCollator<ListedObject> {
  /// Takes the next object, and says with which one to go on.
  mutating func step(_ object: ListedObject) -> ListingStep {
    switch add(object.key, object) {
    case .next: .next
    case .seek(let bound): .seek(bound)
    case .done: .done
    }
  }
}

extension UploadSummary {
  /// What listings say of an upload.
  init(_ upload: MultipartUpload, in bucket: Bucket) throws(S3Error) {
    self.init(
      key: try ObjectKey(upload.key), uploadID: upload.identifier, initiator: bucket.owner(of: upload.metadata),
      initiated: upload.metadata.modified.seconds, checksumAlgorithm: upload.algorithm,
      checksumType: upload.algorithm.map { _ in upload.metadata.checksumsAreComposite ? .composite : .fullObject },
      storageClass: StorageClass(stored: upload.metadata.storageClass))
  }
}
