/// A size in pixels.
public struct ImageSize: Sendable, Equatable {
  /// From left to right.
  public let width: Int
  /// From top to bottom.
  public let height: Int

  /// A size.
  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// The size of what is shown of an image of this size that has an EXIF Orientation: 5 to 8 lay it on its side.
  func turned(_ orientation: UInt8?) -> ImageSize {
    guard let orientation, (5...8).contains(orientation) else { return self }
    return ImageSize(width: height, height: width)
  }
}
