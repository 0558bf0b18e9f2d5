internal import EventLoop
internal import FastCGI
internal import HTTPSemantics
internal import LocalStorage
internal import Posix
internal import S3Authentication
internal import S3Documents
internal import Storage

extension ObjectStorage {
  /// An object that a form brings, on its way in.
  private struct FormUpload {
    var form: PostForm
    var authorization: PostAuthorization
    var key: [UInt8]
    var facts: ObjectMetadata
    var incoming: IncomingObject
  }

  /// POST of a form ("Browser-based uploads using POST").
  func postForm(_ exchange: S3Exchange) async throws(S3Error) {
    guard let type = exchange.fields["content-type"].flatMap({ MediaType(parsing: $0) }),
      type.essence == "multipart/form-data", let boundary = type.parameter("boundary")
    else { throw .preconditionFailed(condition: "Bucket POST must be of the enclosure-type multipart/form-data") }
    var reader = try FormReader(boundary: boundary)
    var upload: FormUpload?
    do throws(S3Error) {
      while let bytes = try await bodyBytes(exchange) {
        for event in try reader.consume(bytes) {
          switch event {
          case .file(let name, let contentType):
            upload = try await begin(
              PostForm(bucket: exchange.bucket, fields: reader.fields, fileName: name), contentType, exchange)
          case .content(let slice):
            guard let incoming = upload?.incoming else { continue }
            let content = Array(slice)
            await pool.run { incoming.accept(content) }
          }
        }
      }
      try reader.finish()
      guard let upload else { throw .malformedPOSTRequest }
      try await publish(upload, exchange)
    } catch {
      upload?.incoming.discard()
      throw error
    }
  }

  private func bodyBytes(_ exchange: S3Exchange) async throws(S3Error) -> [UInt8]? {
    do throws(RequestFailure) { return try await exchange.body.next() } catch { throw S3Error(error) }
  }

  /// All fields are there: who sends it may, and the file can come.
  private func begin(
    _ form: PostForm, _ contentType: String?, _ exchange: S3Exchange
  ) async throws(S3Error) -> FormUpload {
    let authorization: PostAuthorization
    let keys = await accessKeys()
    var unreadable: StoreError?
    do throws(S3AuthenticationError) {
      authorization = try form.authenticate(now: Clock.now().seconds) { secret(of: $0, keys, unreadable: &unreadable) }
    } catch {
      throw refusal(error, unreadable, exchange)
    }
    exchange.caller = caller(authorization.accessKey, keys)
    guard let key = form.key.map({ Array($0.utf8) }), !key.isEmpty else { throw .userKeyMustBeSpecified }
    exchange.address = .object(bucket: exchange.bucket, key: try ObjectKey(key).bytes)
    let tags = try form["tagging"].map { (text) throws(S3Error) in
      try TagSet(document: Array(text.utf8), limit: TagSet.objectLimit)
    }
    let sent = exchange.fields
    exchange.fields = Self.fields(form, contentType)
    // The form has none of these, and policies ask for them.
    for name in ["referer", "user-agent"] {
      for value in sent.values(of: name) { exchange.fields.append(name, value) }
    }
    try refuseUnsupported(exchange.fields)
    if let tags { exchange.fields.set("x-amz-tagging", tags.query) }
    let bucket = try await authorize(.postForm, exchange)
    // The header may say it, or the form.
    try checkOwner(of: bucket, sent)
    var facts = try await newFacts(exchange, in: bucket)
    try facts.adopt(exchange.fields)
    let limit = min(Self.putLimit, UInt64(clamping: authorization.contentLength.maximum))
    let fields = exchange.fields
    let incoming = try await incoming(.anonymous(.unsigned), fields, bucket: exchange.bucket, limit: limit)
    return FormUpload(form: form, authorization: authorization, key: key, facts: facts, incoming: incoming)
  }

  /// The fields of the form as a put would have them in its header.
  private static func fields(_ form: PostForm, _ contentType: String?) -> HeaderFields {
    var fields = HeaderFields()
    let plain = ContentHeaders.names.map { $0.lowercased() } + ["content-md5"]
    for field in form.fields where field.name.hasPrefix("x-amz-") || plain.contains(field.name) {
      fields.append(field.name, field.value)
    }
    if let acl = form["acl"] { fields.set("x-amz-acl", acl) }
    if !fields.contains("content-type"), let contentType { fields.set("content-type", contentType) }
    return fields
  }

  private func publish(_ upload: FormUpload, _ exchange: S3Exchange) async throws(S3Error) {
    let incoming = upload.incoming
    let content: IncomingObject.Content
    do throws(IncomingFailure) {
      content = try await pool.run { () throws(IncomingFailure) in
        do throws(S3Error) { return try incoming.finish() } catch { throw .refused(error) }
      }
    } catch {
      throw error.error
    }
    do throws(S3AuthenticationError) {
      try upload.authorization.checkContentLength(Int64(clamping: content.size))
    } catch {
      throw S3Error(error)
    }
    var facts = upload.facts
    facts.adopt(content)
    let (final, bucket, key) = (facts, exchange.bucket, upload.key)
    try await onStore { (store) throws(BucketError) in
      guard let file = incoming.takeFile() else { throw .store(.notFound) }
      try store.put(file, as: key, in: bucket, final)
    }
    recordPut(exchange, final.size)
    try await answer(upload.form, final, exchange)
  }

  private func answer(_ form: PostForm, _ facts: ObjectMetadata, _ exchange: S3Exchange) async throws(S3Error) {
    let (bucket, key) = (exchange.bucket, String(decoding: exchange.key, as: UTF8.self))
    let etag = "\"\(facts.etag)\""
    if let target = form["success_action_redirect"] ?? form["redirect"], !target.isEmpty {
      let query = [("bucket", bucket), ("key", key), ("etag", etag)].map { name, value in
        "\(name)=\(PercentEncoding.encode(value.utf8, allowing: PercentEncoding.unreserved))"
      }
      let location = target + (target.contains("?") ? "&" : "?") + query.joined(separator: "&")
      return await exchange.respond(.seeOther, HeaderFields([("Location", location), ("ETag", etag)]))
    }
    let folder = exchange.hostBucket == nil ? "/\(bucket)" : ""
    let location =
      "\(exchange.origin)\(folder)/\(PercentEncoding.encode(key.utf8, allowing: PercentEncoding.path))"
    let fields = HeaderFields([("Location", location), ("ETag", etag), ("Content-Type", "application/xml")])
    switch form["success_action_status"] {
    case "200": await exchange.respond(.ok, fields)
    case "201":
      await exchange.respond(
        .created, fields,
        body: PostResponse.document(
          location: location, bucket: try exchange.bucketName(), key: try exchange.objectKey(), etag: facts.etag))
    default: await exchange.respond(.noContent, fields)
    }
  }
}
