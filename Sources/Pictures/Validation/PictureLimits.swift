/// What a picture may not exceed, by whatever service it comes.
public struct PictureLimits: Equatable, Sendable {
  /// Bytes of the file.
  public var bytes: UInt64
  /// Width × height.
  public var pixels: UInt64

  /// Limits.
  public init(bytes: UInt64, pixels: UInt64) {
    self.bytes = bytes
    self.pixels = pixels
  }
}
