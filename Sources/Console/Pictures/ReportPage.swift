internal import Pictures
internal import Posix
internal import Storage
internal import WebService

/// A page of the pictures that visitors reported.
struct ReportPage: Sendable {
  let pictures: [ReportedPicture]
  let next: PictureCursor?
  /// How many there are in all.
  let count: Int

  private static let report = JSONShape<PictureReport>(
    "Report",
    [
      JSONMember("reason", .text, "What is wrong, in the visitor's words.") { $0.reason },
      JSONMember("address", .text, "The address that the report came from.") { $0.address },
      JSONMember("reported", .count, "When, in seconds since 1970.") { $0.at.seconds },
    ])
  private static let reported = JSONShape<ReportedPicture>(
    "ReportedPicture",
    ConsolePictures.picture.members.map { $0.of(\.picture) } + [
      JSONMember("reports", .list(of: report.type), "What was reported, the newest first.") { $0.reports }
    ])
  static let shape = JSONShape<ReportPage>(
    "ReportedPictures",
    [
      JSONMember("pictures", .list(of: reported.type), "Pictures, the last reported first.") { $0.pictures },
      JSONMember("next", .orNull(.text), "What `after` is for the next page; null at the end.") { $0.next?.text },
      JSONMember("count", .count, "Pictures that were reported, in all.") { $0.count },
    ])
}
