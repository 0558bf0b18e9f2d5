internal import FastCGI
internal import HTTPSemantics
internal import Journal
internal import Pictures
internal import Posix
internal import Storage
internal import WebService

/// Pictures for a web server that has none on its disk: it keeps what it is given for a moment, answers ranges of it
/// itself, and then asks whether it is still there.
extension ImageHost {
  func picture(_ exchange: Exchange) async throws(Problem) {
    let metadata = try await namedPicture(exchange)
    let validators = Self.validators(of: metadata)
    var fields = Self.fields(
      of: metadata, validators, type: metadata.mediaType,
      policy: "default-src 'none'; style-src 'unsafe-inline'; sandbox", for: exchange.request)
    if await isAnswered(exchange, validators, fields) { return }
    let opened: any OpenedObject
    do throws(StorageError) { opened = try await pictures.open(metadata.name) } catch {
      throw error == .noSuchKey ? Problem(.notFound, .noPicture) : Problem(error)
    }
    let size = opened.head.metadata.size
    guard exchange.request.method != .head else { return await exchange.respondHead(.ok, fields, length: size) }
    fields.set("Accept-Ranges", "bytes")
    do throws(ContentFailure) {
      do throws(RequestFailure) { try await exchange.begin(.ok, fields, length: size) } catch { return }
      try await ContentSender(exchange.writer).finish(with: opened, 0..<size)
    } catch .storage(let error) {
      guard exchange.withdraw() else {
        log.warning("a picture was broken off: \(error)", ["name": metadata.name.text])
        return await exchange.abort()
      }
      throw Problem(error)
    } catch {
      await exchange.abort()
    }
  }

  /// What tells a picture from every other: its bytes never change.
  static func validators(of metadata: PictureMetadata, _ variant: String = "") -> Validators {
    Validators(
      etag: EntityTag(Hexadecimal.encode(metadata.content.sha256.prefix(16)) + variant),
      lastModified: metadata.uploadedAt.seconds)
  }

  /// The fields that a picture or a thumbnail comes with. No cache may be allowed to keep it for longer than there is the
  /// picture.
  static func fields(
    of metadata: PictureMetadata, _ validators: Validators, type: String, policy: String, for request: WebRequest
  ) -> HeaderFields {
    let forClients = metadata.expiresAt == nil ? "public, max-age=\(CacheRule.day)" : "no-cache"
    var fields = HeaderFields([
      ("Content-Type", type),
      ("X-Content-Type-Options", "nosniff"), ("Content-Security-Policy", policy),
    ])
    if let seconds = request.cacheSeconds {
      let left = metadata.expiresAt.map { $0.seconds - Clock.now().seconds }
      fields.append("Cache-Control", CacheRule(seconds: seconds, left: left).text)
      fields.append("X-Vitrine-Cache-Control", forClients)
    } else {
      fields.append("Cache-Control", forClients)
    }
    if let etag = validators.etag { fields.append("ETag", etag.description) }
    if let moment = validators.lastModified { fields.append("Last-Modified", HTTPDate.format(moment)) }
    return fields
  }

  /// Answers where the conditions of the request leave nothing to be sent.
  func isAnswered(_ exchange: Exchange, _ validators: Validators, _ fields: HeaderFields) async -> Bool {
    switch Preconditions.evaluate(exchange.request.fields, method: exchange.request.method, current: validators) {
    case .proceed: return false
    case .notModified: await exchange.respond(WebResponse(status: .notModified, fields: fields))
    case .preconditionFailed: await exchange.respond(WebResponse(status: .preconditionFailed))
    }
    return true
  }
}
