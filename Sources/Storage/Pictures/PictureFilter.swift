public import Posix

/// Which pictures of the list are wanted: every condition that is set must hold.
public struct PictureFilter: Hashable, Sendable {
  /// What the uploader calls it has this text in it, whatever the case; or it is stored under this very name.
  public var name: String?
  /// It came from this address.
  public var uploader: String?
  /// Its bytes have this SHA-256.
  public var sha256: [UInt8]?
  /// It was received at this moment or later.
  public var uploadedFrom: Timestamp?
  /// It was received before this moment.
  public var uploadedBefore: Timestamp?
  /// It has so many bytes, or more.
  public var minimumSize: UInt64?
  /// It has so many bytes, or fewer.
  public var maximumSize: UInt64?
  /// It is listed, or not.
  public var visibility: PictureMetadata.Visibility?

  /// No condition.
  public init() {}

  /// Whether all conditions hold.
  public func accepts(_ picture: PictureMetadata) -> Bool {
    let isNamed = name.map { SearchText($0).isFound(in: picture.originalName) || picture.name.text == $0 }
    return isNamed ?? true
      && uploader.map { picture.uploader == $0 } ?? true
      && sha256.map { picture.content.sha256 == $0 } ?? true
      && uploadedFrom.map { picture.uploadedAt >= $0 } ?? true
      && uploadedBefore.map { picture.uploadedAt < $0 } ?? true
      && minimumSize.map { picture.content.size >= $0 } ?? true
      && maximumSize.map { picture.content.size <= $0 } ?? true
      && visibility.map { picture.visibility == $0 } ?? true
  }
}
