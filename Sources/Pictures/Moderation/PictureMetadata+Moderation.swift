public import HTTPSemantics
internal import Posix
public import Storage

extension PictureMetadata {
  /// What a moderator gets to see of a picture.
  public var moderationJSON: JSONValue {
    [
      "name": .string(name.text), "original_name": .string(originalName), "type": .string(mediaType),
      "width": .int(Int64(width)), "height": .int(Int64(height)), "size": .int(Int64(clamping: content.size)),
      "sha256": .string(Hexadecimal.encode(content.sha256)), "uploaded": .int(uploadedAt.seconds),
      "visibility": .string(visibility.rawValue), "expires": expiresAt.map { .int($0.seconds) } ?? .null,
      "address": uploader.map { .string($0) } ?? .null,
    ]
  }
}

extension TrashedPicture {
  /// The same of one in the trash, with the moment at which it came there.
  public var moderationJSON: JSONValue {
    guard case .object(let members) = picture.moderationJSON else { return .null }
    return .object(members + [.init(name: "trashed", value: .int(trashedAt.seconds))])
  }
}
