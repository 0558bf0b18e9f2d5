internal import EventLoop
internal import FileStore
internal import HTTPSemantics
internal import S3Authentication
internal import S3Documents

extension ObjectStorage {
  /// The most keys of one DeleteObjects.
  private static let deletionLimit = 1_000

  private struct Deletion: Sendable {
    var key: String
    var version: String?
    var condition: DeletionCondition
  }

  /// DeleteObjects: each key by itself, with an answer for each.
  func deleteObjects(
    _ exchange: S3Exchange, _ outcome: S3AuthenticationOutcome, _ bucket: BucketConfiguration
  ) async throws(S3Error) {
    let (deletions, isQuiet) = try deletions(try await documentBody(exchange, outcome))
    var answers: [(deletion: Deletion, error: S3Error?)] = []
    for deletion in deletions {
      do throws(S3Error) {
        try await delete(deletion, exchange, bucket)
        answers.append((deletion, nil))
      } catch {
        answers.append((deletion, error))
      }
    }
    await exchange.respond(
      xml: XMLWriter.document("DeleteResult") { xml in
        for (deletion, error) in answers {
          guard let error else {
            if !isQuiet {
              xml.element("Deleted") { xml in
                xml.element("Key", deletion.key)
                xml.element(optional: "VersionId", deletion.version)
              }
            }
            continue
          }
          xml.element("Error") { xml in
            xml.element("Key", deletion.key)
            xml.element(optional: "VersionId", deletion.version)
            xml.element("Code", error.code)
            xml.element("Message", error.message)
          }
        }
      })
  }

  private func deletions(_ document: [UInt8]) throws(S3Error) -> ([Deletion], isQuiet: Bool) {
    guard let root = try? XMLParser.parse(document), root.name == "Delete" else { throw .malformedXML }
    let objects = root.all("Object")
    guard (1...Self.deletionLimit).contains(objects.count) else { throw .malformedXML }
    var deletions: [Deletion] = []
    for object in objects {
      guard let key = object.first("Key")?.text, !key.isEmpty else { throw .userKeyMustBeSpecified }
      deletions.append(
        Deletion(key: key, version: object.first("VersionId")?.text, condition: try DeletionCondition(object)))
    }
    return (deletions, root.first("Quiet")?.text.lowercased() == "true")
  }

  private func delete(
    _ deletion: Deletion, _ exchange: S3Exchange, _ configuration: BucketConfiguration
  ) async throws(S3Error) {
    let (bucket, key) = (exchange.bucket, Array(deletion.key.utf8))
    let access = AccessRequest(action: "s3:DeleteObject", bucket: bucket, key: key, context: context(exchange))
    if !mayAccess(access, exchange.caller, configuration) {
      guard try await isDeletionOfOwnPicture(access, exchange.caller) else { throw .accessDenied() }
    }
    if let version = deletion.version, version != "null" { throw .noSuchVersion(version) }
    guard key.count <= S3Address.longestKey else {
      throw .keyTooLongError(size: key.count, maximum: S3Address.longestKey)
    }
    let condition = deletion.condition.condition
    let wasThere = try await onStore { (store) throws(BucketError) in
      try store.remove(key, in: bucket, condition: condition)
    }
    if wasThere { recordDelete(exchange, key) }
  }
}
