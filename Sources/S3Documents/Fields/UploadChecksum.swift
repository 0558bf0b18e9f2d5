public import HTTPSemantics

/// The checksum that a client sends with an object or a part.
public enum UploadChecksum: Sendable, Equatable {
  /// It stands in a field, and the content must have it.
  case value(ObjectChecksum)
  /// It comes in a trailer behind the content.
  case trailer(ChecksumAlgorithm)

  /// The algorithm.
  public var algorithm: ChecksumAlgorithm {
    switch self {
    case .value(let checksum): checksum.algorithm
    case .trailer(let algorithm): algorithm
    }
  }

  /// Takes the checksum out of the fields of a request; nil if there is none.
  ///
  /// - Throws: `InvalidRequest` for more than one, for one that is no base64 of its length, and for an algorithm that
  ///   is named and not used, or does not exist here.
  public init?(_ headers: HeaderFields) throws(S3Error) {
    var found: UploadChecksum?
    for field in headers.fields where Self.isChecksum(field.name) {
      guard let algorithm = ChecksumAlgorithm(fieldName: field.name) else {
        throw .invalidRequest("The algorithm type you specified in x-amz-checksum- header is invalid.")
      }
      guard found == nil else { throw Self.multiple }
      guard let checksum = ObjectChecksum(algorithm: algorithm, received: field.value) else {
        throw .invalidRequest("Value for \(algorithm.fieldName) header is invalid.")
      }
      found = .value(checksum)
    }
    for name in (headers.list(of: "x-amz-trailer") ?? "").split(separator: ",").map(\.trimmed)
    where Self.isChecksum(name) {
      guard let algorithm = ChecksumAlgorithm(fieldName: name) else {
        throw .invalidRequest("The value specified in the x-amz-trailer header is not supported")
      }
      guard found == nil else { throw Self.multiple }
      found = .trailer(algorithm)
    }
    if let name = headers["x-amz-sdk-checksum-algorithm"] { try Self.check(name, found) }
    guard let found else { return nil }
    self = found
  }

  private static func isChecksum(_ name: String) -> Bool {
    let name = name.asciiLowercased
    return name.hasPrefix("x-amz-checksum-")
      && !["x-amz-checksum-algorithm", "x-amz-checksum-mode", "x-amz-checksum-type"].contains(name)
  }

  /// The algorithm that the client announces must be the one that it uses.
  private static func check(_ name: String, _ found: UploadChecksum?) throws(S3Error) {
    guard let algorithm = ChecksumAlgorithm(name: name) else {
      throw .invalidRequest("Value for x-amz-sdk-checksum-algorithm header is invalid.")
    }
    guard let found else {
      throw .invalidRequest(
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers "
          + "were found.")
    }
    guard found.algorithm == algorithm else {
      throw .invalidRequest("Value for x-amz-sdk-checksum-algorithm header is invalid.")
    }
  }

  private static let multiple = S3Error.invalidRequest(
    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
}
