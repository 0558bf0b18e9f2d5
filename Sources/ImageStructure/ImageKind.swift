/// The kinds of image that are understood.
public enum ImageKind: String, Sendable, CaseIterable {
  /// ITU-T T.81 in any of its interchange wrappings (JFIF, EXIF, bare).
  case jpeg
  /// PNG third edition, animated ones included.
  case png
  /// GIF87a and GIF89a.
  case gif

  /// The registered media type, as it stands in `Content-Type`.
  public var mediaType: String {
    switch self {
    case .jpeg: "image/jpeg"
    case .png: "image/png"
    case .gif: "image/gif"
    }
  }

  /// The usual extension of a file's name, in lower case, without the dot.
  public var fileExtension: String {
    switch self {
    case .jpeg: "jpg"
    case .png: "png"
    case .gif: "gif"
    }
  }

  /// The kind that a file name's extension names.
  ///
  /// - Parameter fileExtension: without the dot, in any case; `jpeg` is as good as `jpg`, and so are the names that
  ///   Windows, browsers and old programs have for it.
  /// - Returns: nil where it names none of the three.
  public static func named(byExtension fileExtension: some StringProtocol) -> ImageKind? {
    switch fileExtension.lowercased() {
    case "jpg", "jpeg", "jpe", "jfif", "pjpeg", "pjp": .jpeg
    case "png", "apng": .png
    case "gif": .gif
    default: nil
    }
  }

  /// The kind that a media type names, without parameters, in any case.
  ///
  /// `image/apng` counts as PNG: an animated PNG is stored as what it is, and libmagic calls it so.
  /// - Returns: nil where it names none of the three.
  public static func named(byMediaType mediaType: some StringProtocol) -> ImageKind? {
    switch mediaType.lowercased() {
    case "image/jpeg": .jpeg
    case "image/png", "image/apng": .png
    case "image/gif": .gif
    default: nil
    }
  }
}
