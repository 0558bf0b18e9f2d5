internal import EventLoop
internal import HTTPSemantics
internal import HTTPTransfer
internal import S3Documents

/// What an engine says of a blob.
public struct EngineBlobStatus: Sendable, Equatable {
  /// The length in bytes.
  public let length: UInt64
  /// The entity tag without its quotes.
  public let entityTag: String
  /// The MD5 of its bytes, 16 bytes, where the entity tag is it; nil where the engine encrypts under a key of its own.
  public let md5: [UInt8]?
  /// What was put with it.
  public let metadata: String?
}

/// A name in a list.
public struct EngineListEntry: Sendable, Equatable {
  /// The name, below the endpoint's prefix.
  public let name: String
  /// The length in bytes.
  public let length: UInt64
  /// The entity tag without its quotes.
  public let entityTag: String
  /// When it was put, in seconds since 1970; 0 where the engine does not say.
  public let modified: Int64
}

extension EngineClient {
  /// What the engine says of a blob.
  public func head(_ name: String) async throws(EngineError) -> EngineBlobStatus {
    try await perform(.head, name) { () async throws(EngineError) in try await self.headOnce(name) }
  }

  func headOnce(_ name: String) async throws(EngineError) -> (value: EngineBlobStatus, requestID: String?) {
    let answer = try await ask(
      Request(method: "HEAD", target: endpoint.target(name), timeouts: limits.small))
    guard let length = answer.fields["Content-Length"].flatMap({ UInt64($0) }) else {
      throw .malformed("no Content-Length")
    }
    let status = EngineBlobStatus(
      length: length, entityTag: Self.bareTag(answer.fields["ETag"] ?? ""), md5: answer.fields.blobMD5,
      metadata: answer.fields["x-amz-meta-vitrine"])
    return (status, answer.fields["x-amz-request-id"])
  }

  /// Removes a blob; one that is not there is no error.
  public func remove(_ name: String) async throws(EngineError) {
    try await perform(.remove, name) { () async throws(EngineError) in
      do throws(EngineError) {
        let answer = try await self.ask(
          Request(method: "DELETE", target: self.endpoint.target(name), timeouts: self.limits.small))
        return ((), answer.fields["x-amz-request-id"])
      } catch .missing {
        return ((), nil)
      }
    }
  }

  /// A page of the names that begin with `prefix`, sorted by their bytes within the page: what is on which page is the
  /// engine's to choose.
  /// - Parameter token: what the page before gave; nil for the first one.
  public func list(
    _ prefix: String, after token: String? = nil, limit: Int = 1_000
  ) async throws(EngineError) -> (entries: [EngineListEntry], next: String?) {
    var query = [
      ("list-type", "2"), ("prefix", endpoint.prefix + prefix), ("max-keys", String(limit)), ("encoding-type", "url"),
    ]
    if let token { query.append(("continuation-token", token)) }
    let target = endpoint.target(query: query)
    let page = try await perform(.list, prefix) { () async throws(EngineError) in
      let answer = try await self.ask(
        Request(method: "GET", target: target, timeouts: self.limits.small), bodyLimit: 8 << 20)
      do throws(S3Error) {
        return (try ListedObjects(parsing: answer.body), answer.fields["x-amz-request-id"])
      } catch {
        throw .malformed("a list that is none: \(error.message)")
      }
    }
    let own = endpoint.prefix.utf8
    var entries: [EngineListEntry] = []
    for entry in page.entries {
      guard entry.key.utf8.starts(with: own) else {
        throw .malformed("a list with the key \(entry.key) of another prefix")
      }
      entries.append(
        EngineListEntry(
          name: String(decoding: Array(entry.key.utf8.dropFirst(own.count)), as: UTF8.self), length: entry.size,
          entityTag: entry.entityTag, modified: entry.modified ?? 0))
    }
    guard page.nextToken == nil || page.nextToken != token else { throw .malformed("a list that does not go on") }
    entries.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    return (entries, page.nextToken)
  }

  /// An entity tag without its quotes.
  nonisolated static func bareTag(_ tag: String) -> String {
    tag.utf8.count >= 2 && tag.hasPrefix("\"") && tag.hasSuffix("\"") ? String(tag.dropFirst().dropLast()) : tag
  }
}
