internal import HTTPSemantics
internal import Posix

/// Media types of files that came without one, by the extensions of their names.
public struct ForeignMediaTypes: Sendable {
  /// What the system's list says, or this table where there is no list.
  public static let system = ForeignMediaTypes(listAt: "/etc/mime.types")

  /// The types that matter most, for systems without a list.
  private static let few = """
    image/jpeg jpg jpeg
    image/png png
    image/gif gif
    image/webp webp
    image/avif avif
    image/heic heic
    image/tiff tif tiff
    video/mp4 mp4
    video/quicktime mov
    audio/mpeg mp3
    text/plain txt
    text/csv csv
    application/json json
    application/pdf pdf
    application/zip zip
    """

  /// A list is tens of kilobytes; what is far larger is none.
  private static let largestList = 1 << 20

  private let table: MediaTypeTable

  /// The types of a list in the format of `mime.types`; the few that matter most where it cannot be read or is empty.
  init(listAt path: String) {
    let contents = (try? FileDescriptor.open(path, .readOnly).readAll(limit: Self.largestList)) ?? []
    let listed = MediaTypeTable(parsing: contents)
    table = listed.count > 0 ? listed : MediaTypeTable(parsing: Array(Self.few.utf8))
  }

  /// Reads the system's list now, so that no request has to.
  public static func prepare() { _ = system }

  /// The media type of a file by the end of its name.
  public func mediaType(of name: [UInt8]) -> String {
    let start = name.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    guard let dot = name[start...].lastIndex(of: UInt8(ascii: ".")),
      let type = table.mediaType(ofExtension: name[(dot + 1)...])
    else { return "application/octet-stream" }
    return type
  }
}
