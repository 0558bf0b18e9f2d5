public import Storage

/// What an uploader asks for.
public struct PictureOptions: Equatable, Sendable {
  /// Whether the picture is listed.
  public var visibility = PictureMetadata.Visibility.public
  /// Seconds after which it vanishes; nil for never.
  public var lifetime: Int64?
  /// Whether private metadata, such as EXIF with a place, stays in the file.
  public var keepsMetadata = false

  /// What is done unless asked otherwise.
  public init() {}
}
