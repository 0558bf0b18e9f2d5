/// A part of the list of pictures.
public struct PictureListing: Equatable, Sendable {
  /// The pictures.
  public var images: [PictureMetadata]
  /// Where the next page begins; nil at the end.
  public var next: PictureCursor?

  /// A page.
  public init(images: [PictureMetadata], next: PictureCursor?) {
    self.images = images
    self.next = next
  }
}

/// How many pictures there are.
public struct PictureTotals: Equatable, Sendable {
  /// Pictures in the catalogue.
  public var listed: Int
  /// Pictures that are not.
  public var unlisted: Int
  /// Length of all files, in bytes.
  public var bytes: UInt64

  /// Totals.
  public init(listed: Int = 0, unlisted: Int = 0, bytes: UInt64 = 0) {
    self.listed = listed
    self.unlisted = unlisted
    self.bytes = bytes
  }
}
