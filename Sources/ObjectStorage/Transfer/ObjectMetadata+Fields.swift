internal import HTTPSemantics
internal import Posix
internal import S3Documents
internal import Storage

/// The header fields of an object, as they come with a put and go out with a get.
extension ObjectMetadata {
  /// Takes over what a put, copy or creation of an upload says of the object.
  mutating func adopt(_ fields: HeaderFields) throws(S3Error) {
    let content = ContentHeaders(fields)
    contentType = content.type
    headers = content.fields.fields.map { NameValuePair($0.name.lowercased(), $0.value) }
      .filter { $0.name != "content-type" }
    userMetadata = try UserMetadata(fields).entries
    if let tagging = fields["x-amz-tagging"] { tags = try TagSet(query: tagging, limit: TagSet.objectLimit).stored }
  }

  /// What goes out with the object.
  /// - Parameter overrides: fields that the client chose.
  func fields(_ overrides: ResponseOverrides) -> HeaderFields {
    var fields = HeaderFields()
    fields.set("ETag", "\"\(etag)\"")
    fields.set("Last-Modified", HTTPDate.format(modified.seconds))
    fields.set("Accept-Ranges", "bytes")
    ContentHeaders(HeaderFields([("Content-Type", contentType)] + headers.map { ($0.name, $0.value) }))
      .apply(to: &fields)
    overrides.apply(to: &fields)
    UserMetadata(userMetadata).apply(to: &fields)
    if let name = StorageClass(stored: storageClass).stored { fields.set("x-amz-storage-class", name) }
    if !tags.isEmpty { fields.set("x-amz-tagging-count", String(tags.count)) }
    fields.set("X-Content-Type-Options", "nosniff")
    return fields
  }
}
