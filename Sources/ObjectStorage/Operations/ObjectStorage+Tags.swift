internal import EventLoop
internal import FileStore
internal import HTTPSemantics
internal import S3Authentication
internal import S3Documents

extension ObjectStorage {
  /// GetObjectTagging.
  func objectTags(_ exchange: S3Exchange) async throws(S3Error) {
    let facts = try await facts(exchange)
    await exchange.respond(
      xml: XMLWriter.document("Tagging") { xml in
        xml.element("TagSet") { xml in
          for tag in facts.tags.sorted(by: { $0.name < $1.name }) {
            xml.element("Tag") { xml in
              xml.element("Key", tag.name)
              xml.element("Value", tag.text)
            }
          }
        }
      })
  }

  /// PutObjectTagging.
  func setObjectTags(_ exchange: S3Exchange, _ outcome: S3AuthenticationOutcome) async throws(S3Error) {
    let tags = try Self.tags(try await documentBody(exchange, outcome), limit: 10)
    try await change(exchange) { $0.tags = tags }
    await exchange.respond(.ok)
  }

  /// DeleteObjectTagging.
  func deleteObjectTags(_ exchange: S3Exchange) async throws(S3Error) {
    try await change(exchange) { $0.tags = [] }
    await exchange.respond(.noContent)
  }

  func facts(_ exchange: S3Exchange) async throws(S3Error) -> ObjectFacts {
    let (bucket, key) = (exchange.bucket, exchange.key)
    return try await onStore { (store) throws(BucketError) in try store.facts(of: key, in: bucket) }
  }

  func change(_ exchange: S3Exchange, _ change: @escaping @Sendable (inout ObjectFacts) -> Void) async throws(S3Error) {
    let (bucket, key) = (exchange.bucket, exchange.key)
    try await onStore { (store) throws(BucketError) in try store.change(key, in: bucket, change) }
  }

  /// Reads a `Tagging` document.
  static func tags(_ document: [UInt8], limit: Int) throws(S3Error) -> [NamedText] {
    guard let root = try? XMLParser.parse(document), root.name == "Tagging", let set = root.first("TagSet") else {
      throw .malformedXML
    }
    var tags: [NamedText] = []
    for tag in set.all("Tag") {
      guard let key = tag.first("Key")?.text, let value = tag.first("Value")?.text else { throw .malformedXML }
      tags.append(NamedText(key, value))
    }
    try check(tags, limit: limit)
    return tags
  }

  static func check(_ tags: [NamedText], limit: Int) throws(S3Error) {
    guard tags.count <= limit else { throw .invalidTag("Object tags cannot be greater than \(limit)") }
    guard Set(tags.map(\.name)).count == tags.count else {
      throw .invalidTag("Cannot provide multiple Tags with the same key")
    }
    for tag in tags {
      guard (1...128).contains(tag.name.unicodeScalars.count) else {
        throw .invalidTag("The TagKey you have provided is invalid")
      }
      guard tag.text.unicodeScalars.count <= 256 else { throw .invalidTag("The TagValue you have provided is invalid") }
    }
  }
}
