internal import Storage
internal import WebService

/// How pages show a small version of a picture.
enum Thumbnail {
  /// - Parameters:
  ///   - alt: what it shows, for those who do not see it; empty where the text beside it says so.
  ///   - style: a class of the sheet.
  static func image(_ metadata: PictureMetadata, alt: String, style: String? = nil) -> Markup {
    let style: Markup? = style.map { " class=\"\($0)\"" }
    return """
      <img\(style) src="\(PicturePaths.thumbnail(metadata.name, .single))" \
      srcset="\(PicturePaths.thumbnail(metadata.name, .double)) 2x" alt="\(alt)" loading="lazy" decoding="async">
      """
  }
}
