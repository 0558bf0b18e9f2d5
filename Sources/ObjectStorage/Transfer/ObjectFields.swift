internal import FileStore
internal import HTTPSemantics
internal import Posix
internal import S3Authentication
internal import S3Documents

/// The header fields of an object, as they come with a put and go out with a get.
enum ObjectFields {
  /// Fields that are kept and given out as they came.
  static let kept = ["cache-control", "content-disposition", "content-encoding", "content-language", "expires"]
  private static let metadataPrefix = "x-amz-meta-"
  private static let metadataLimit = 2_048

  /// Takes over what a put, copy or creation of an upload says of an object.
  static func read(_ fields: HeaderFields, into facts: inout ObjectFacts) throws(S3Error) {
    if let type = fields["content-type"], !type.isEmpty { facts.contentType = type }
    facts.headers = kept.compactMap { name in
      guard var value = fields.list(of: name), !value.isEmpty else { return nil }
      if name == "content-encoding" {
        guard let rest = ContentCodings.withoutChunked(value) else { return nil }
        value = rest
      }
      return NamedText(name, value)
    }
    facts.metadata = try metadata(fields)
    if let tagging = fields["x-amz-tagging"] { facts.tags = try tags(tagging) }
  }

  static func metadata(_ fields: HeaderFields) throws(S3Error) -> [NamedText] {
    var metadata: [NamedText] = []
    var size = 0
    for field in fields.fields {
      let name = field.name.lowercased()
      guard name.hasPrefix(metadataPrefix) else { continue }
      let key = String(name.dropFirst(metadataPrefix.count))
      size += key.utf8.count + field.value.utf8.count
      if let index = metadata.firstIndex(where: { $0.name == key }) {
        metadata[index].text += "," + field.value
      } else {
        metadata.append(NamedText(key, field.value))
      }
    }
    guard size <= metadataLimit else { throw .metadataTooLarge(size: size, maximum: metadataLimit) }
    return metadata
  }

  static func tags(_ header: String) throws(S3Error) -> [NamedText] {
    guard let parameters = try? QueryParameters(parsing: Array(header.utf8)) else {
      throw .invalidArgument(
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
        name: "x-amz-tagging", value: header)
    }
    return parameters.parameters.map {
      NamedText(String(decoding: $0.name, as: UTF8.self), String(decoding: $0.value, as: UTF8.self))
    }
  }

  /// What goes out with an object.
  /// - Parameter query: its `response-*` parameters override what is kept.
  static func write(_ facts: ObjectFacts, query: QueryParameters) -> HeaderFields {
    var fields = HeaderFields()
    fields.set("ETag", "\"\(facts.etag)\"")
    fields.set("Last-Modified", HTTPDate.format(facts.modified.seconds))
    fields.set("Accept-Ranges", "bytes")
    fields.set("Content-Type", query.first("response-content-type") ?? facts.contentType)
    for header in facts.headers { fields.set(header.name, header.text) }
    for name in kept {
      if let value = query.first("response-\(name)") { fields.set(name, value) }
    }
    for entry in facts.metadata { fields.set(metadataPrefix + entry.name, entry.text) }
    if !facts.tags.isEmpty { fields.set("x-amz-tagging-count", String(facts.tags.count)) }
    fields.set("X-Content-Type-Options", "nosniff")
    return fields
  }
}
