internal import Digests
internal import HTTPSemantics
internal import S3Documents
internal import Storage

/// What an object becomes that is put together from parts: the parts, checked, in their order, and its metadata.
struct CompletionPlan: Sendable {
  /// The least bytes of a part that is not the last.
  static let leastPart: UInt64 = 5 << 20
  /// Fields that tell of a checksum, and are none.
  private static let descriptions: Set = [
    "x-amz-checksum-algorithm", "x-amz-checksum-mode", "x-amz-checksum-type",
  ]

  let parts: [UploadedPart]
  let metadata: ObjectMetadata

  /// Checks the parts that a client lists against those that were uploaded.
  init(
    upload: MultipartUpload, uploaded: [UploadedPart], listed: [CompleteMultipartUploadRequest.Part]
  ) throws(S3Error) {
    let byNumber = Self.byNumber(uploaded)
    var parts: [UploadedPart] = []
    for listed in listed {
      guard let part = Self.part(listed, among: byNumber) else {
        throw .invalidPart(uploadID: upload.identifier, partNumber: listed.number, etag: listed.etag)
      }
      parts.append(part)
    }
    if let small = parts.dropLast().first(where: { $0.size < Self.leastPart }) {
      throw .entityTooSmall(proposedSize: small.size, minimum: Self.leastPart)
    }
    guard let etag = Self.entityTag(parts.map(\.etag)) else { throw .internalError }
    self.parts = parts
    var metadata = upload.metadata
    metadata.etag = etag
    metadata.uploadID = upload.identifier
    guard let size = parts.map(\.size).sumOfSizes else {
      throw .entityTooLarge(proposedSize: .max, maximum: UInt64(Int64.max))
    }
    metadata.size = size
    metadata.partSizes = parts.map(\.size)
    metadata.crc32 = parts.reduce(0) { CRC32.combine($0, $1.crc32, secondLength: Int64(clamping: $1.size)) }
    if upload.algorithm == nil { metadata.checksumsAreComposite = false }
    let algorithm = upload.algorithm ?? .crc64nvme
    let sum =
      metadata.checksumsAreComposite
      ? CombinedChecksum.composite(algorithm, of: parts) : CombinedChecksum.whole(algorithm, of: parts)
    metadata.checksums = sum.map { [NameValuePair(algorithm.rawValue, $0)] } ?? []
    // Those that the client sent, it may ask for again.
    let sums = upload.algorithm.map { algorithm in parts.compactMap { $0.checksum(algorithm)?.value } } ?? []
    metadata.partChecksums = sums.count == parts.count ? sums : []
    self.metadata = metadata
  }

  /// The first of the listed parts that was not uploaded, or not as it is listed; nil where all were.
  static func lacking(
    _ listed: [CompleteMultipartUploadRequest.Part], in uploaded: [UploadedPart]
  ) -> CompleteMultipartUploadRequest.Part? {
    let byNumber = byNumber(uploaded)
    return listed.first { part($0, among: byNumber) == nil }
  }

  private static func byNumber(_ parts: [UploadedPart]) -> [Int: UploadedPart] {
    Dictionary(parts.map { ($0.number, $0) }) { first, _ in first }
  }

  private static func part(
    _ listed: CompleteMultipartUploadRequest.Part, among uploaded: [Int: UploadedPart]
  ) -> UploadedPart? {
    guard let part = uploaded[listed.number], part.etag == listed.etag, agrees(listed.checksum, part) else {
      return nil
    }
    return part
  }

  private static func agrees(_ checksum: ObjectChecksum?, _ part: UploadedPart) -> Bool {
    guard let checksum else { return true }
    // One that nothing was reckoned of cannot be said to agree.
    return part.checksum(checksum.algorithm)?.value == checksum.value
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
    if let text = fields["x-amz-mp-object-size"], UInt64(text) != metadata.size {
      throw .invalidRequest("The provided 'x-amz-mp-object-size' header does not match what was computed.")
    }
    if let type = fields["x-amz-checksum-type"]?.uppercased(),
      type != (metadata.checksumsAreComposite ? ChecksumType.composite : .fullObject).rawValue
    {
      throw .invalidRequest("The checksum type is not the one that the upload was created with.")
    }
    let checksum = metadata.checksum
    // What cannot be compared must not pass for compared.
    for field in fields.fields {
      let name = field.name.lowercased()
      guard name.hasPrefix("x-amz-checksum-"), !Self.descriptions.contains(name), name != checksum?.algorithm.fieldName
      else { continue }
      throw .invalidRequest(
        "Checksum Type mismatch occurred, expected checksum Type: \(checksum?.algorithm.rawValue ?? "null"), "
          + "actual checksum Type: \(name.dropFirst("x-amz-checksum-".count))")
    }
    guard let checksum, let declared = fields[checksum.algorithm.fieldName] else { return }
    // S3 writes the number of parts behind the checksum of their checksums; MinIO's clients declare it without.
    let withNumber = metadata.checksumsAreComposite ? "\(declared)-\(parts.count)" : declared
    guard declared == checksum.value || withNumber == checksum.value else {
      throw .badDigest(expected: declared, calculated: checksum.value)
    }
  }
}
