internal import HTTPSemantics
internal import Posix
internal import Storage

extension PictureMetadata {
  /// The members that every answer about a picture has.
  func json(_ links: PictureLinks) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = [
      .init(name: "id", value: .string(identifier)),
      .init(name: "name", value: .string(name.text)),
      .init(name: "url", value: .string(links.picture(name))),
      .init(name: "original_name", value: .string(originalName)),
      .init(name: "type", value: .string(mediaType)),
      .init(name: "size", value: .int(Int64(clamping: content.size))),
      .init(name: "width", value: .int(Int64(width))),
      .init(name: "height", value: .int(Int64(height))),
      .init(name: "sha256", value: .string(Hexadecimal.encode(content.sha256))),
      .init(name: "uploaded_at", value: .string(RFC3339.format(uploadedAt.seconds))),
      .init(name: "visibility", value: .string(visibility.rawValue)),
    ]
    if let expiresAt {
      members.append(
        .init(name: "expires_at", value: .string(RFC3339.format(expiresAt.seconds))))
    }
    return members
  }

  /// The name without its extension.
  var identifier: String {
    name.text.lastIndex(of: ".").map { String(name.text[..<$0]) } ?? name.text
  }
}
