/// What an inspection finds out about a file that came without metadata.
public struct InspectedImage: Equatable, Sendable {
  /// As `image/jpeg`.
  public var mediaType: String
  /// In pixels, as a browser shows it.
  public var width: Int
  /// In pixels, as a browser shows it.
  public var height: Int

  /// The result of an inspection.
  public init(mediaType: String, width: Int, height: Int) {
    self.mediaType = mediaType
    self.width = width
    self.height = height
  }
}
