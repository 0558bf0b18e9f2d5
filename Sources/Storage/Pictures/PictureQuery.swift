public import Posix

/// What part of the list of pictures is wanted.
public struct PictureQuery: Equatable, Sendable {
  /// How many pictures at most.
  public var limit: Int
  /// What they have in common.
  public var filter: PictureFilter
  /// Which comes first.
  public var order: PictureOrder
  /// Where to begin, in this order; nil for the first.
  public var after: PictureCursor?
  /// Whether unlisted pictures are in the list too.
  public var includesUnlisted: Bool
  /// Pictures whose time was over at this moment are left out.
  public var now: Timestamp
  /// How many pictures are looked at for a page, at most, where a name is looked for that no index knows: a part of one or
  /// two letters, or one that very many have. Then the page may have fewer pictures than it could, or none, and there is a
  /// next one.
  public var reach = 4_000

  /// A query.
  public init(
    limit: Int, _ filter: PictureFilter = PictureFilter(), order: PictureOrder = .newest,
    after: PictureCursor? = nil, includesUnlisted: Bool = false, now: Timestamp = Clock.now()
  ) {
    self.limit = limit
    self.filter = filter
    self.order = order
    self.after = after
    self.includesUnlisted = includesUnlisted
    self.now = now
  }
}

/// An order of the list of pictures. Those that are alike in what it goes by are in the order of their names.
public enum PictureOrder: String, CaseIterable, Sendable {
  /// The one that was received last first.
  case newest
  /// The one that was received first first.
  case oldest
  /// The one with most bytes first.
  case largest
  /// The one with fewest bytes first.
  case smallest

  /// What a picture's place goes by: nanoseconds since 1970, or bytes.
  public func position(of picture: PictureMetadata) -> Int64 {
    switch self {
    case .newest, .oldest: picture.uploadedAt.totalNanoseconds
    case .largest, .smallest: Int64(clamping: picture.content.size)
    }
  }

  /// Whether places come from the greatest to the least.
  public var isDescending: Bool { self == .newest || self == .largest }

  /// Whether a place comes before another one.
  public func precedes(_ first: PictureCursor, _ second: PictureCursor) -> Bool {
    let names = (first.name.utf8, second.name.utf8)
    guard first.position == second.position else { return (first.position > second.position) == isDescending }
    return isDescending ? names.1.lexicographicallyPrecedes(names.0) : names.0.lexicographicallyPrecedes(names.1)
  }
}
