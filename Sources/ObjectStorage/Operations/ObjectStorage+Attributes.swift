internal import EventLoop
internal import FileStore
internal import HTTPSemantics
internal import Posix
internal import S3Documents

extension ObjectStorage {
  private static let attributeNames: Set = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]

  /// GetObjectAttributes.
  func attributes(_ exchange: S3Exchange) async throws(S3Error) {
    let names = Set(
      (exchange.fields.list(of: "x-amz-object-attributes") ?? "").split(separator: ",").map {
        String($0).trimmingSpaces
      })
    guard !names.isEmpty, names.isSubset(of: Self.attributeNames) else {
      throw .invalidArgument("Invalid attribute name specified.", name: "x-amz-object-attributes")
    }
    let limit = try number(exchange, "x-amz-max-parts") ?? 1_000
    let marker = try number(exchange, "x-amz-part-number-marker") ?? 0
    let facts = try await facts(exchange)
    let body = XMLWriter.document("GetObjectAttributesResponse") { xml in
      if names.contains("ETag") { xml.element("ETag", facts.etag) }
      if names.contains("Checksum"), !facts.checksums.isEmpty {
        xml.element("Checksum") { xml in
          for checksum in facts.checksums { xml.element("Checksum\(checksum.name)", checksum.text) }
          xml.element("ChecksumType", facts.checksumsAreComposite ? "COMPOSITE" : "FULL_OBJECT")
        }
      }
      if names.contains("ObjectParts"), !facts.partSizes.isEmpty { write(facts, after: marker, limit, &xml) }
      if names.contains("StorageClass") { xml.element("StorageClass", "STANDARD") }
      if names.contains("ObjectSize") { xml.element("ObjectSize", facts.size) }
    }
    await exchange.respond(
      .ok,
      HeaderFields([
        ("Content-Type", "application/xml"), ("Last-Modified", HTTPDate.format(facts.modified.seconds)),
      ]), body: body)
  }

  private func number(_ exchange: S3Exchange, _ name: String) throws(S3Error) -> Int? {
    guard let text = exchange.fields[name] else { return nil }
    guard let number = Int(text), (0...Int(Int32.max)).contains(number) else {
      throw .invalidArgument("The value is not a number from 0 to 2147483647.", name: name, value: text)
    }
    return number
  }

  private func write(_ facts: ObjectFacts, after marker: Int, _ limit: Int, _ xml: inout XMLWriter) {
    let rest = facts.partSizes.enumerated().dropFirst(marker)
    let page = rest.prefix(min(limit, 1_000))
    xml.element("ObjectParts") { xml in
      xml.element("PartsCount", facts.partSizes.count)
      xml.element("PartNumberMarker", marker)
      xml.element("NextPartNumberMarker", page.last.map { $0.offset + 1 } ?? marker)
      xml.element("MaxParts", limit)
      xml.element("IsTruncated", page.count < rest.count)
      for part in page {
        xml.element("Part") { xml in
          xml.element("PartNumber", part.offset + 1)
          xml.element("Size", part.element)
        }
      }
    }
  }
}
