internal import HTTPSemantics
internal import Pictures
internal import Posix
internal import Storage
internal import WebService

/// A page of the list of all pictures.
struct ConsolePictures: Sendable {
  /// The greatest number of pictures of a search that is told.
  static let countLimit = 10_000

  let listing: PictureListing
  let totals: PictureTotals
  /// How many pictures the search finds, `countLimit` at most; nil on a later page.
  let found: Int?

  static let shape = JSONShape<ConsolePictures>(
    "PictureList",
    [
      JSONMember("pictures", .list(of: picture.type), "Pictures, in the order asked for.") { $0.listing.images },
      JSONMember("next", .orNull(.text), "What `after` is for the next page; null at the end.") {
        $0.listing.next?.text
      },
      JSONMember(
        "found", .orNull(.count),
        "How many pictures the conditions hold for, \(countLimit) at most; null on a page that is not the first."
      ) { $0.found },
      JSONMember("count", .count, "Pictures in all.") { $0.totals.listed + $0.totals.unlisted },
      JSONMember("bytes", .count, "Their bytes.") { $0.totals.bytes },
    ])

  /// What an operator gets to see of a picture.
  static let picture = JSONShape<PictureMetadata>(
    "Picture",
    [
      JSONMember("name", .text, "The name that it is stored under.") { $0.name.text },
      JSONMember("original_name", .text, "The name that it was uploaded under.") { $0.originalName },
      JSONMember("type", .text, "Its media type.") { $0.mediaType },
      JSONMember("width", .count, "Pixels, as a browser shows it.") { $0.width },
      JSONMember("height", .count, "Pixels, as a browser shows it.") { $0.height },
      JSONMember("size", .count, "Bytes, as stored.") { $0.content.size },
      JSONMember("sha256", .text, "The SHA-256 of its bytes.") { Hexadecimal.encode($0.content.sha256) },
      JSONMember("uploaded", .count, "When, in seconds since 1970.") { $0.uploadedAt.seconds },
      JSONMember("visibility", .text(.choice(["public", "unlisted", "queued"])), "Who finds it.") {
        $0.visibility.rawValue
      },
      JSONMember("expires", .orNull(.count), "When it vanishes, in seconds since 1970.") { $0.expiresAt?.seconds },
      JSONMember("address", .orNull(.text), "The address that it was uploaded from.") { $0.uploader },
    ])
}

extension BlockedPicture {
  private static let shape = JSONShape<BlockedPicture>(
    "BlockedPicture",
    [
      JSONMember("sha256", .text, "The SHA-256 of its bytes.") { Hexadecimal.encode($0.sha256) },
      JSONMember("name", .text, "The name that it had.") { $0.name },
      JSONMember("blocked", .count, "When it was blocked, in seconds since 1970.") { $0.blocked.seconds },
    ])

  /// All of them.
  static let list = JSONShape<[BlockedPicture]>(
    "BlockedPictures", [JSONMember("blocked", .list(of: shape.type), "The pictures.") { $0 }])
}
