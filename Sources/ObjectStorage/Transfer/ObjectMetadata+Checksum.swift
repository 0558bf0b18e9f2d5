internal import HTTPSemantics
internal import S3Documents
internal import Storage

extension ObjectMetadata {
  /// The object's checksum, if it has one.
  var checksum: ObjectChecksum? {
    checksums.lazy.compactMap { stored in
      ChecksumAlgorithm(rawValue: stored.name).map {
        ObjectChecksum(algorithm: $0, value: stored.value, type: checksumsAreComposite ? .composite : .fullObject)
      }
    }.first
  }

  /// The checksum of one of the parts that the object was made of, counted from 0; nil where it was not kept.
  /// - Parameter type: what to call it. A part has no type of its own, but S3 sends that of the whole with it.
  func checksum(ofPart index: Int, type: ChecksumType? = nil) -> ObjectChecksum? {
    guard let algorithm = checksum?.algorithm, partChecksums.indices.contains(index) else { return nil }
    return ObjectChecksum(algorithm: algorithm, value: partChecksums[index], type: type)
  }
}

extension UploadedPart {
  /// The part's checksum of an algorithm, if it has one.
  func checksum(_ algorithm: ChecksumAlgorithm) -> ObjectChecksum? {
    checksums.first { $0.name == algorithm.rawValue }
      .map { ObjectChecksum(algorithm: algorithm, value: $0.value) }
  }
}

extension MultipartUpload {
  /// The algorithm of the parts' checksums, where the client named one.
  var algorithm: ChecksumAlgorithm? { checksumAlgorithm.flatMap { ChecksumAlgorithm(rawValue: $0) } }
}

extension HeaderFields {
  /// Adds an object's checksum.
  mutating func set(_ checksum: ObjectChecksum?) {
    guard let checksum else { return }
    set(checksum.algorithm.fieldName, checksum.value)
    if let type = checksum.type { set("x-amz-checksum-type", type.rawValue) }
  }
}
