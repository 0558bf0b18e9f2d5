internal import Digests
internal import FileStore
internal import HTTPSemantics
internal import S3Authentication
internal import S3Documents

/// A part as a client lists it on completion.
struct ListedPart: Equatable, Sendable {
  var number: Int
  /// Without quotes.
  var etag: String
  /// Checksums in Base64, by the algorithm's name.
  var checksums: [NamedText]

  /// Reads a `CompleteMultipartUpload` document.
  static func read(_ document: [UInt8]) throws(S3Error) -> [ListedPart] {
    guard let root = try? XMLParser.parse(document), root.name == "CompleteMultipartUpload" else { throw .malformedXML }
    var parts: [ListedPart] = []
    for part in root.all("Part") {
      guard let number = (part.first("PartNumber")?.text).flatMap({ Int($0) }), let etag = part.first("ETag")?.text
      else { throw .malformedXML }
      let checksums = ChecksumAlgorithm.allCases.compactMap { algorithm in
        part.first(algorithm.elementName).map { NamedText(algorithm.rawValue, $0.text) }
      }
      parts.append(ListedPart(number: number, etag: etag.filter { $0 != "\"" }, checksums: checksums))
    }
    guard !parts.isEmpty, parts.count <= ObjectStorage.highestPart else { throw .malformedXML }
    return parts
  }
}

/// What an object becomes that is put together from parts: the parts, checked, in their order, and its facts.
struct CompletionPlan: Sendable {
  /// The least bytes of a part that is not the last.
  static let leastPart: UInt64 = 5 << 20

  let parts: [UploadedPart]
  let facts: ObjectFacts

  /// Checks the parts that a client lists against those that were uploaded.
  init(upload: MultipartUpload, uploaded: [UploadedPart], listed: [ListedPart]) throws(S3Error) {
    let byNumber = Dictionary(uploaded.map { ($0.number, $0) }) { first, _ in first }
    var parts: [UploadedPart] = []
    for listed in listed {
      if let last = parts.last, listed.number <= last.number { throw .invalidPartOrder }
      guard let part = byNumber[listed.number], part.etag == listed.etag,
        listed.checksums.allSatisfy({ Self.agrees($0, part) })
      else {
        throw .invalidPart(uploadID: upload.identifier, partNumber: listed.number, etag: listed.etag)
      }
      parts.append(part)
    }
    if let small = parts.dropLast().first(where: { $0.size < Self.leastPart }) {
      throw .entityTooSmall(proposedSize: small.size, minimum: Self.leastPart)
    }
    self.parts = parts
    var facts = upload.facts
    guard let etag = Self.entityTag(parts.map(\.etag)) else { throw .internalError }
    facts.etag = etag
    facts.size = parts.reduce(0) { $0 + $1.size }
    facts.partSizes = parts.map(\.size)
    facts.crc32 = parts.reduce(0) { CRC32.combine($0, $1.crc32, secondLength: Int64(clamping: $1.size)) }
    facts.checksums = []
    let algorithm = upload.checksumAlgorithm.flatMap { ChecksumAlgorithm(rawValue: $0) } ?? .crc64nvme
    if upload.checksumAlgorithm == nil { facts.checksumsAreComposite = false }
    let sum =
      facts.checksumsAreComposite
      ? CombinedChecksum.composite(algorithm, of: parts) : CombinedChecksum.whole(algorithm, of: parts)
    if let sum { facts.checksums = [NamedText(algorithm.rawValue, sum)] }
    self.facts = facts
  }

  private static func agrees(_ checksum: NamedText, _ part: UploadedPart) -> Bool {
    guard let kept = part.checksums.first(where: { $0.name == checksum.name }) else { return true }
    return kept.text == checksum.text
  }

  /// The MD5 of the parts' MD5s, and their number; nil where a tag is no MD5.
  static func entityTag(_ tags: [String]) -> String? {
    var digests: [UInt8] = []
    for tag in tags {
      guard let digest = Hexadecimal.decode(tag.utf8), digest.count == MD5.byteCount else { return nil }
      digests += digest
    }
    return "\(Hexadecimal.encode(MD5.digest(of: digests)))-\(tags.count)"
  }

  /// Checks what the completion's own fields say of the whole.
  func check(_ fields: HeaderFields) throws(S3Error) {
    if let text = fields["x-amz-mp-object-size"], UInt64(text) != facts.size {
      throw .invalidRequest("The provided 'x-amz-mp-object-size' header does not match what was computed.")
    }
    if let type = fields["x-amz-checksum-type"]?.uppercased(),
      type != (facts.checksumsAreComposite ? "COMPOSITE" : "FULL_OBJECT")
    {
      throw .invalidRequest("The checksum type is not the one that the upload was created with.")
    }
    for checksum in facts.checksums {
      guard let algorithm = ChecksumAlgorithm(rawValue: checksum.name), let declared = fields[algorithm.fieldName],
        declared != checksum.text
      else { continue }
      throw .badDigest(expected: declared, calculated: checksum.text)
    }
  }
}
