internal import Pictures
internal import Posix
internal import Storage
internal import WebService

/// A page of the trash.
struct TrashPage: Sendable {
  /// A picture in it.
  struct Entry: Sendable {
    let trashed: TrashedPicture
    let isBlocked: Bool
  }

  let pictures: [TrashedPicture]
  /// The SHA-256 of those that may not come back.
  let blocked: Set<[UInt8]>
  let next: PictureCursor?

  private static let entry = JSONShape<Entry>(
    "TrashedPicture",
    ConsolePictures.picture.members.map { $0.of(\.trashed.picture) } + [
      JSONMember("trashed", .count, "When it was removed, in seconds since 1970.") { $0.trashed.trashedAt.seconds },
      JSONMember("gone", .count, "When it is gone for good, in seconds since 1970.") {
        $0.trashed.trashedAt.seconds + Pictures.trashLifetime
      },
      JSONMember("blocked", .flag, "Whether it is blocked: then it does not come back before it is unblocked.") {
        $0.isBlocked
      },
    ])
  static let shape = JSONShape<TrashPage>(
    "TrashPage",
    [
      JSONMember("pictures", .list(of: entry.type), "Pictures, what was removed last first.") { page in
        page.pictures.map { Entry(trashed: $0, isBlocked: page.blocked.contains($0.picture.content.sha256)) }
      },
      JSONMember("next", .orNull(.text), "What `after` is for the next page; null at the end.") { $0.next?.text },
    ])
}
