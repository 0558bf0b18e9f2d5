internal import HTTPSemantics
internal import Posix
internal import Storage
internal import WebService

/// A picture, as answers tell of it.
struct DescribedPicture: Sendable {
  let metadata: PictureMetadata
  let links: PictureLinks

  static let shape = JSONShape<DescribedPicture>(
    "Picture",
    [
      JSONMember("id", .text, "The name without its extension.") { $0.metadata.identifier },
      JSONMember("name", .text, "The name that it is stored under.") { $0.metadata.name.text },
      JSONMember("url", .text(.text(format: "uri")), "The permanent link to it.") {
        $0.links.picture($0.metadata.name)
      },
      JSONMember("original_name", .text, "The name that it was uploaded under.") { $0.metadata.originalName },
      JSONMember("type", .text, "Its media type.") { $0.metadata.mediaType },
      JSONMember("size", .count, "Bytes, as stored.") { $0.metadata.content.size },
      JSONMember("width", .count, "Pixels, as a browser shows it.") { $0.metadata.width },
      JSONMember("height", .count, "Pixels, as a browser shows it.") { $0.metadata.height },
      JSONMember("sha256", .text, "The SHA-256 of the stored bytes.") {
        Hexadecimal.encode($0.metadata.content.sha256)
      },
      JSONMember("uploaded_at", .time, "When it was uploaded.") { RFC3339.format($0.metadata.uploadedAt.seconds) },
      JSONMember("visibility", .text(.choice(["public", "unlisted"])), "Who finds it.") {
        $0.metadata.visibility == .public ? "public" : "unlisted"
      },
      JSONMember(optional: "expires_at", .time, "When it vanishes.") { picture in
        picture.metadata.expiresAt.map { RFC3339.format($0.seconds) }
      },
    ])
}

/// A picture, as the answer to its upload tells of it: no other answer has the delete link.
struct UploadedPicture: Sendable {
  let picture: DescribedPicture
  let token: String

  static let shape = JSONShape<UploadedPicture>(
    "UploadedPicture",
    DescribedPicture.shape.members.map { $0.of(\.picture) } + [
      JSONMember("delete_url", .text(.text(format: "uri")), "The page that deletes it.") {
        $0.picture.links.deletion($0.picture.metadata.name, token: $0.token)
      },
      JSONMember("delete_token", .text, "What deleting it needs.") { $0.token },
    ])
}

/// What became of the files of a form.
struct UploadedFiles: Sendable {
  /// A file that was refused.
  struct Rejected: Sendable {
    let name: String
    let problem: Problem.Worded

    static let shape = JSONShape<Rejected>(
      "RejectedFile",
      [
        JSONMember("original_name", .text, "Its name.") { $0.name },
        JSONMember("error", Problem.shape.type, "Why it was refused.") { $0.problem },
      ])
  }

  let stored: [UploadedPicture]
  let rejected: [Rejected]

  static let shape = JSONShape<UploadedFiles>(
    "UploadedFiles",
    [
      JSONMember("images", .list(of: UploadedPicture.shape.type), "Those that were stored.") { $0.stored },
      JSONMember("rejected", .list(of: Rejected.shape.type), "Those that were not.") { $0.rejected },
    ])
}

/// A page of the list of pictures.
struct DescribedPictures: Sendable {
  let listing: PictureListing
  let links: PictureLinks

  static let shape = JSONShape<DescribedPictures>(
    "PictureList",
    [
      JSONMember("images", .list(of: DescribedPicture.shape.type), "Pictures, newest first.") { page in
        page.listing.images.map { DescribedPicture(metadata: $0, links: page.links) }
      },
      JSONMember(
        "next", .orNull(.text),
        "What `after` is for the next page; null at the end. A page may have fewer pictures than asked for, or none, before that."
      ) {
        $0.listing.next?.text
      },
    ])
}

extension PictureMetadata {
  /// The name without its extension.
  var identifier: String {
    name.text.lastIndex(of: ".").map { String(name.text[..<$0]) } ?? name.text
  }
}
