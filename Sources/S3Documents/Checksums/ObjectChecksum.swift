internal import HTTPSemantics

/// A checksum of an object or a part, as clients send and get it.
public struct ObjectChecksum: Sendable, Equatable {
  /// What it was made with.
  public let algorithm: ChecksumAlgorithm
  /// The checksum in base64; that of a composite one ends with `-` and the number of parts.
  public let value: String
  /// What it is made of; nil for a part, where there is no choice.
  public let type: ChecksumType?

  /// A checksum made here.
  public init(algorithm: ChecksumAlgorithm, value: String, type: ChecksumType? = nil) {
    self.algorithm = algorithm
    self.value = value
    self.type = type
  }

  /// A checksum from a client; nil if the text is no base64 of as many bytes as the algorithm gives.
  public init?(algorithm: ChecksumAlgorithm, received value: String) {
    guard Base64.standard.decode(value.utf8)?.count == algorithm.length else { return nil }
    self.init(algorithm: algorithm, value: value)
  }
}
