internal import EventLoop
internal import HTTPSemantics
internal import LocalStorage
internal import Posix
internal import S3Documents
internal import Storage

extension ObjectStorage {
  /// ListObjects.
  func listObjects(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    let request = try ListObjectsRequest(exchange.query)
    let page = try await page(request.collator(of: ListedObject.self), exchange, bucket)
    await exchange.respond(xml: ListBucketResult(bucket: bucket.name, request: request, page: page).document)
  }

  /// ListObjectsV2.
  func listObjectsV2(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
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
    let uploads = try await onStore { (store) throws(BucketError) in try store.uploads(in: bucket.name.text) }
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
    let page = try await onStore { (store) throws(BucketError) in
      var collator = collator
      try ListingReader.fill(&collator, from: store.lister(bucket.name.text, seesAll: seesAll))
      return collator.page
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
        storageClass: StorageClass(kept: object.storageClass))
    }
  }
}

extension UploadSummary {
  /// What listings say of an upload.
  init(_ upload: MultipartUpload, in bucket: Bucket) throws(S3Error) {
    self.init(
      key: try ObjectKey(upload.key), uploadID: upload.identifier, initiator: bucket.owner(of: upload.facts),
      initiated: upload.facts.modified.seconds, checksumAlgorithm: upload.algorithm,
      checksumType: upload.algorithm.map { _ in upload.facts.checksumsAreComposite ? .composite : .fullObject },
      storageClass: StorageClass(kept: upload.facts.storageClass))
  }
}
