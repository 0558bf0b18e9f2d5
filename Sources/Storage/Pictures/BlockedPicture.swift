public import Posix

/// A picture that may not be stored again.
public struct BlockedPicture: Equatable, Sendable {
  /// SHA-256 of its bytes as they were stored, 32 bytes.
  public var sha256: [UInt8]
  /// What its uploader called it; empty where it was blocked by its digest alone.
  public var name: String
  /// When it was blocked.
  public var blocked: Timestamp

  /// An entry.
  public init(sha256: [UInt8], name: String, blocked: Timestamp) {
    self.sha256 = sha256
    self.name = name
    self.blocked = blocked
  }
}
