internal import EventLoop
internal import FastCGI
internal import HTTPSemantics
internal import S3Authentication
internal import S3Documents
internal import Storage

/// PostObject: objects that come in forms.
@EventLoopActor
struct FormPosts {
  /// An object that a form brings, on its way in.
  private struct FormUpload {
    var form: PostForm
    var authorization: PostAuthorization
    var metadata: ObjectMetadata
    var incoming: IncomingObject
    var writer: any ObjectWriter
  }

  let objects: S3Calls<any ObjectStore>
  let authenticator: Authenticator
  let authorizer: Authorizer
  let newObjects: NewObjects
  let events: ObjectEvents

  /// POST of a form ("Browser-based uploads using POST").
  func post(_ exchange: S3Exchange) async throws(S3Error) {
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
            guard let upload else { continue }
            let (incoming, content) = (upload.incoming, Array(slice))
            await upload.writer.update { incoming.accept(content, into: $0) }
          }
        }
      }
      try reader.finish()
      guard let upload else { throw .malformedPOSTRequest }
      try await publish(upload, exchange)
    } catch {
      await upload?.writer.discard()
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
    let authorization = try await authenticator.authenticate(form, exchange)
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
    try UnsupportedFields.refuse(exchange.fields)
    if let tags { exchange.fields.set("x-amz-tagging", tags.query) }
    let bucket = try await authorizer.authorize(.postForm, exchange)
    // The header may say it, or the form.
    try authorizer.checkOwner(of: bucket, sent)
    let name = exchange.bucket
    let writer = try await objects { (store) throws(StorageError) in try await store.writer(of: key, in: name) }
    var metadata = try await newObjects.metadata(exchange, in: bucket)
    try metadata.adopt(exchange.fields)
    let limit = min(
      BodyReceiver.limit, writer.sizeLimit ?? .max, UInt64(clamping: authorization.contentLength.maximum))
    let incoming = try IncomingObject(.anonymous(.unsigned), fields: exchange.fields, limit: limit)
    return FormUpload(
      form: form, authorization: authorization, metadata: metadata, incoming: incoming, writer: writer)
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
    let (incoming, writer) = (upload.incoming, upload.writer)
    let content = try await writer.update { (staged) throws(S3Error) in try incoming.finish(staged) }
    do throws(S3AuthenticationError) {
      try upload.authorization.checkContentLength(Int64(clamping: content.size))
    } catch {
      throw S3Error(error)
    }
    var metadata = upload.metadata
    metadata.adopt(content)
    let final = metadata
    _ = try await objects { (_) throws(StorageError) in try await writer.commit(final, if: .none) }
    events.recordPut(exchange, final.size)
    try await answer(upload.form, final, exchange)
  }

  private func answer(_ form: PostForm, _ metadata: ObjectMetadata, _ exchange: S3Exchange) async throws(S3Error) {
    let (bucket, key) = (exchange.bucket, String(decoding: exchange.key, as: UTF8.self))
    let etag = "\"\(metadata.etag)\""
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
          location: location, bucket: try exchange.bucketName(), key: try exchange.objectKey(), etag: metadata.etag))
    default: await exchange.respond(.noContent, fields)
    }
  }
}
