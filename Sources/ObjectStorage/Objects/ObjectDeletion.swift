internal import EventLoop
internal import HTTPSemantics
internal import S3Documents
internal import Storage

/// DeleteObject and DeleteObjects.
@EventLoopActor
struct ObjectDeletion {
  let objects: S3Calls<any ObjectStore>
  let authorizer: Authorizer
  let documents: DocumentReader
  let events: ObjectEvents

  /// DeleteObject: 204 whether there was one or not.
  func delete(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    let key = try exchange.objectKey()
    let wasThere = try await delete(
      DeleteRequest.Object(key: key, versionID: exchange.query.first("versionId"), headers: exchange.fields), exchange)
    if wasThere { events.recordDeletion(of: key, exchange) }
    await exchange.respond(.noContent)
  }

  /// DeleteObjects: each key by itself, with an answer for each.
  func deleteAll(_ exchange: S3Exchange, _ bucket: Bucket) async throws(S3Error) {
    let body = try await documents.body(of: exchange)
    let request = try await documents.parse { () throws(S3Error) in try DeleteRequest(body) }
    var result = DeleteResult()
    var lines = DeletionLines()
    // Once for all keys: the header may have very many fields.
    let context = exchange.policyContext()
    for object in request.objects {
      do throws(S3Error) {
        try await authorizer.authorize(.deleteObject, on: object.key.bytes, of: bucket, exchange, context: context)
        if try await delete(object, exchange), lines.takesLineForDeletion(keyLength: object.key.bytes.count) {
          events.recordDeletion(of: object.key, exchange)
        }
        result.append(object, .deleted)
      } catch {
        if lines.takesLineForRefusal(keyLength: object.key.bytes.count) {
          events.recordRefusal(of: object.key, error, exchange)
        }
        result.append(object, .failed(error))
      }
    }
    events.recordMore(lines, exchange)
    let answer = result
    let document = try await documents.parse { () throws(S3Error) in answer.document(isQuiet: request.isQuiet) }
    await exchange.respond(xml: document)
  }

  /// - Returns: whether there was such an object.
  private func delete(_ object: DeleteRequest.Object, _ exchange: S3Exchange) async throws(S3Error) -> Bool {
    let (bucket, key) = (exchange.bucket, object.key.bytes)
    return try await objects { (store) throws(StorageError) in
      try await store.remove(key, in: bucket, version: object.versionID, if: object.precondition)
    }
  }
}

extension DeleteRequest.Object {
  /// What has to hold for the deletion to go on. An object that is not there is deleted already.
  fileprivate var precondition: Precondition {
    Precondition(
      matches: etag.map { Precondition.Tags([$0]) }, size: size, modifiedSecond: lastModified, holdsWithoutObject: true)
  }
}
