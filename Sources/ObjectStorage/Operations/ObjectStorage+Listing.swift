internal import Digests
internal import EventLoop
internal import FileStore
internal import HTTPSemantics
internal import S3Documents

extension ObjectStorage {
  /// ListObjects.
  func listObjects(_ exchange: S3Exchange, _ bucket: BucketConfiguration) async throws(S3Error) {
    let request = try ListObjectsRequest(exchange.query)
    let page = try await page(request.collator(of: ListedObject.self), exchange)
    let text = ListingText(scope: request.scope)
    await exchange.respond(
      xml: XMLWriter.document("ListBucketResult") { xml in
        xml.element("Name", exchange.bucket)
        text.writeScope(&xml, limitName: "MaxKeys", encodesPrefix: false)
        xml.element("Marker", text.encode(request.marker))
        xml.element("IsTruncated", page.isTruncated)
        xml.element(optional: "NextMarker", page.nextMarker.map(text.encode))
        for object in page.entries { text.write(object, &xml, withOwner: true) }
        text.writePrefixes(page.commonPrefixes, &xml)
      })
  }

  /// ListObjectsV2.
  func listObjectsV2(_ exchange: S3Exchange, _ bucket: BucketConfiguration) async throws(S3Error) {
    let request = try ListObjectsV2Request(exchange.query)
    let page = try await page(request.collator(of: ListedObject.self), exchange)
    let text = ListingText(scope: request.scope)
    await exchange.respond(
      xml: XMLWriter.document("ListBucketResult") { xml in
        xml.element("Name", exchange.bucket)
        text.writeScope(&xml, limitName: "MaxKeys")
        xml.element("KeyCount", page.entries.count + page.commonPrefixes.count)
        xml.element("IsTruncated", page.isTruncated)
        xml.element(optional: "ContinuationToken", request.continuationToken)
        xml.element(optional: "NextContinuationToken", page.nextMarker.map { Hexadecimal.encode($0.utf8) })
        xml.element(optional: "StartAfter", request.startAfter.map(text.encode))
        for object in page.entries { text.write(object, &xml, withOwner: request.fetchesOwner) }
        text.writePrefixes(page.commonPrefixes, &xml)
      })
  }

  /// ListObjectVersions: every object has one version, `null`.
  func listVersions(_ exchange: S3Exchange, _ bucket: BucketConfiguration) async throws(S3Error) {
    let request = try ListVersionsRequest(exchange.query)
    let page = try await page(request.collator(of: ListedObject.self), exchange)
    let text = ListingText(scope: request.scope)
    await exchange.respond(
      xml: XMLWriter.document("ListVersionsResult") { xml in
        xml.element("Name", exchange.bucket)
        text.writeScope(&xml, limitName: "MaxKeys")
        xml.element("KeyMarker", text.encode(request.keyMarker))
        xml.element("VersionIdMarker", request.versionIDMarker ?? "")
        xml.element("IsTruncated", page.isTruncated)
        if let next = page.nextMarker {
          xml.element("NextKeyMarker", text.encode(next))
          xml.element("NextVersionIdMarker", "null")
        }
        for object in page.entries { text.writeVersion(object, &xml) }
        text.writePrefixes(page.commonPrefixes, &xml)
      })
  }

  /// ListMultipartUploads.
  func listUploads(_ exchange: S3Exchange, _ bucket: BucketConfiguration) async throws(S3Error) {
    let request = try ListUploadsRequest(exchange.query)
    let name = exchange.bucket
    let uploads = try await onStore { (store) throws(BucketError) in try store.uploads(in: name) }
    var collator = request.collator(of: MultipartUpload.self)
    let marker = Array(request.keyMarker.utf8)
    for upload in uploads {
      if !request.uploadIDMarker.isEmpty, upload.key == marker, upload.identifier <= request.uploadIDMarker { continue }
      if collator.add(upload.key, upload) == .done { break }
    }
    let page = collator.page
    let text = ListingText(scope: request.scope)
    await exchange.respond(
      xml: XMLWriter.document("ListMultipartUploadsResult") { xml in
        xml.element("Bucket", exchange.bucket)
        xml.element("KeyMarker", text.encode(request.keyMarker))
        xml.element("UploadIdMarker", request.uploadIDMarker)
        if let next = page.nextMarker {
          xml.element("NextKeyMarker", text.encode(next))
          let last = page.entries.last { String(decoding: $0.key, as: UTF8.self) == next }
          xml.element("NextUploadIdMarker", last?.identifier ?? "")
        }
        text.writeScope(&xml, limitName: "MaxUploads")
        xml.element("IsTruncated", page.isTruncated)
        for upload in page.entries { text.write(upload, &xml) }
        text.writePrefixes(page.commonPrefixes, &xml)
      })
  }

  private func page(
    _ collator: ListingCollator<ListedObject>, _ exchange: S3Exchange
  ) async throws(S3Error) -> ListingPage<ListedObject> {
    let (bucket, seesAll) = (exchange.bucket, exchange.caller.isRoot)
    return try await onStore { (store) throws(BucketError) in
      var collator = collator
      try ListingReader.fill(&collator, from: store.lister(bucket, seesAll: seesAll))
      return collator.page
    }
  }
}
