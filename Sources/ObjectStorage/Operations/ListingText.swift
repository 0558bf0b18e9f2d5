internal import FileStore
internal import HTTPSemantics
internal import S3Documents

/// Writes what the listings of a bucket have in common, in the encoding that was asked for.
struct ListingText: Sendable {
  let scope: ListingScope

  /// A key or a prefix as it stands in the listing.
  func encode(_ text: String) -> String {
    guard scope.encoding == .url else { return text }
    return PercentEncoding.encode(text.utf8, allowing: Self.plain)
  }

  private static let plain = PercentEncoding.unreserved.union(ASCIISet("/"))

  private func encode(_ key: [UInt8]) -> String { encode(String(decoding: key, as: UTF8.self)) }

  /// Prefix, delimiter, limit and encoding, as they were asked for.
  /// - Parameter encodesPrefix: false for ListObjects, whose clients do not decode it.
  func writeScope(_ xml: inout XMLWriter, limitName: String, encodesPrefix: Bool = true) {
    xml.element("Prefix", encodesPrefix ? encode(scope.prefix) : scope.prefix)
    if !scope.delimiter.isEmpty { xml.element("Delimiter", encode(scope.delimiter)) }
    xml.element(limitName, scope.limit)
    if scope.encoding == .url { xml.element("EncodingType", "url") }
  }

  /// The common prefixes.
  func writePrefixes(_ prefixes: [String], _ xml: inout XMLWriter) {
    for prefix in prefixes {
      xml.element("CommonPrefixes") { $0.element("Prefix", encode(prefix)) }
    }
  }

  /// An object.
  func write(_ object: ListedObject, _ xml: inout XMLWriter, withOwner: Bool) {
    xml.element("Contents") { xml in
      writeFacts(object, &xml)
      if withOwner { write(owner: object.owner, &xml) }
    }
  }

  /// An object's only version.
  func writeVersion(_ object: ListedObject, _ xml: inout XMLWriter) {
    xml.element("Version") { xml in
      writeFacts(object, &xml)
      xml.element("VersionId", "null")
      xml.element("IsLatest", true)
      write(owner: object.owner, &xml)
    }
  }

  private func writeFacts(_ object: ListedObject, _ xml: inout XMLWriter) {
    xml.element("Key", encode(object.key))
    xml.element("LastModified", S3Time.text(object.modified))
    xml.element("ETag", "\"\(object.etag)\"")
    xml.element("Size", object.size)
    xml.element("StorageClass", "STANDARD")
  }

  /// A multipart upload.
  func write(_ upload: MultipartUpload, _ xml: inout XMLWriter) {
    xml.element("Upload") { xml in
      xml.element("Key", encode(upload.key))
      xml.element("UploadId", upload.identifier)
      write(owner: upload.facts.owner, &xml)
      xml.element("Initiator") { xml in
        xml.element("ID", Caller.canonicalID(upload.facts.owner))
        xml.element("DisplayName", upload.facts.owner)
      }
      xml.element("StorageClass", "STANDARD")
      xml.element("Initiated", S3Time.text(upload.facts.modified))
      xml.element(optional: "ChecksumAlgorithm", upload.checksumAlgorithm)
    }
  }

  private func write(owner: String, _ xml: inout XMLWriter) {
    xml.element("Owner") { xml in
      xml.element("ID", Caller.canonicalID(owner))
      xml.element("DisplayName", owner)
    }
  }
}
