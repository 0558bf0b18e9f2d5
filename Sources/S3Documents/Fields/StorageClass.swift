public import HTTPSemantics

/// The storage class of an object, as S3's two oldest name it. All bytes are kept alike; what was asked for is given out again
/// wherever S3 tells it. The raw value is S3's name.
public enum StorageClass: String, Sendable {
  /// What an object has that no class was asked for.
  case standard = "STANDARD"
  /// The class that MinIO's clients know beside it.
  case reducedRedundancy = "REDUCED_REDUNDANCY"

  /// The class that `x-amz-storage-class` asks for; nil where the field is missing or empty.
  ///
  /// - Throws: `InvalidStorageClass` for any other, which promises what this server does not keep.
  public init?(_ headers: HeaderFields) throws(S3Error) {
    guard let name = headers["x-amz-storage-class"], !name.isEmpty else { return nil }
    guard let known = StorageClass(rawValue: name) else { throw .invalidStorageClass(name) }
    self = known
  }

  /// The class that was stored under this name; `standard` where none was.
  public init(stored name: String?) {
    self = name.flatMap { StorageClass(rawValue: $0) } ?? .standard
  }

  /// What is stored of it: nothing for `standard`.
  public var stored: String? { self == .standard ? nil : rawValue }
}
