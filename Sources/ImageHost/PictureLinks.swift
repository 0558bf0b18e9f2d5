internal import HTTPSemantics
internal import Storage
internal import WebService

/// The paths of what there is of a picture. Names of uploads need no escape; those of files that came by FTP may.
enum PicturePaths {
  static func picture(_ name: StoredName) -> String { "/images/\(segment(name))" }
  static func page(_ name: StoredName) -> String { "/i/\(segment(name))" }

  static func report(_ name: StoredName) -> String { "/report/\(segment(name))" }

  static func thumbnail(_ name: StoredName, _ density: ThumbnailDensity) -> String {
    switch density {
    case .single: "/thumbs/\(segment(name))"
    case .double: "/thumbs/2x/\(segment(name))"
    }
  }

  static func deletion(_ name: StoredName, token: String) -> String {
    "/delete/\(segment(name))?token=\(PercentEncoding.encodeQueryComponent(token))"
  }

  private static func segment(_ name: StoredName) -> String { PercentEncoding.encodePathSegment(name.text) }
}

/// The links to a picture, on the base that the client reached the service by, or the one that is set.
struct PictureLinks: Sendable {
  let base: String

  init(_ request: WebRequest, publicURL: String?) {
    base = publicURL ?? request.origin
  }

  /// Links on a base without a last slash.
  init(base: String) {
    self.base = base
  }

  func picture(_ name: StoredName) -> String { base + PicturePaths.picture(name) }
  func page(_ name: StoredName) -> String { base + PicturePaths.page(name) }
  func deletion(_ name: StoredName, token: String) -> String { base + PicturePaths.deletion(name, token: token) }
}
