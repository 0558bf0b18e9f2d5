internal import FileStore
internal import HTTPSemantics
internal import WebService

/// The links to a picture, on the base that the client reached the service by, or the one that is set.
struct PictureLinks: Sendable {
  let base: String

  init(_ request: WebRequest, publicURL: String?) {
    base = publicURL ?? request.origin
  }

  func picture(_ name: StoredName) -> String { "\(base)/images/\(Self.segment(name))" }
  func page(_ name: StoredName) -> String { "\(base)/i/\(Self.segment(name))" }
  func deletion(_ name: StoredName, token: String) -> String { "\(base)/delete/\(Self.segment(name))?token=\(token)" }

  /// The name as a segment of a path. Names of uploads need no escape; those of files that came by FTP may.
  static func segment(_ name: StoredName) -> String { PercentEncoding.encodePathSegment(name.text) }
}
