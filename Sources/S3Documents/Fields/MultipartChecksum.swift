public import HTTPSemantics

/// The checksum that the parts of an upload are to have, as CreateMultipartUpload announces it.
public struct MultipartChecksum: Sendable, Equatable {
  /// The algorithm of the parts' checksums.
  public let algorithm: ChecksumAlgorithm
  /// What the object's checksum is made of.
  public let type: ChecksumType

  /// Takes `x-amz-checksum-algorithm` and `x-amz-checksum-type` out of a request; nil if there is no algorithm.
  ///
  /// - Throws: `InvalidRequest` for an algorithm or type that does not exist here, or two that do not go together.
  public init?(_ headers: HeaderFields) throws(S3Error) {
    let type = headers["x-amz-checksum-type"]
    guard let name = headers["x-amz-checksum-algorithm"] else {
      guard type == nil else {
        throw .invalidRequest(
          "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.")
      }
      return nil
    }
    guard let algorithm = ChecksumAlgorithm(name: name) else {
      throw .invalidRequest("Checksum algorithm provided is unsupported. Please try again with any of the valid types")
    }
    self.algorithm = algorithm
    guard let type else {
      self.type = algorithm.defaultMultipartType
      return
    }
    guard let known = ChecksumType(rawValue: type) else {
      throw .invalidRequest("Value for x-amz-checksum-type header is invalid.")
    }
    guard algorithm.supports(known) else {
      throw .invalidRequest(
        "The \(type) checksum type cannot be used with the \(algorithm.rawValue.asciiLowercased) checksum algorithm.")
    }
    self.type = known
  }
}
