public import Posix

/// What part of the list of pictures is wanted.
public struct PictureQuery: Equatable, Sendable {
  /// How many pictures at most.
  public var limit: Int
  /// Where to begin; nil for the newest.
  public var after: PictureCursor?
  /// Whether unlisted pictures are in the list too.
  public var includesUnlisted: Bool
  /// Pictures whose time was over at this moment are left out.
  public var now: Timestamp

  /// A query.
  public init(limit: Int, after: PictureCursor? = nil, includesUnlisted: Bool = false, now: Timestamp = Clock.now()) {
    self.limit = limit
    self.after = after
    self.includesUnlisted = includesUnlisted
    self.now = now
  }
}

/// A part of the list of pictures, newest first.
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
