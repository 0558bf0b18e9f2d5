import Posix
import Storage

extension StoredName: ExpressibleByStringLiteral {
  public init(stringLiteral text: String) { self.init(text)! }
}

extension PictureMetadata {
  /// A picture that somebody calls `original`.
  static func sample(
    _ original: String = "cat.jpg", name: StoredName = "01jzzzzzzzzzzzzzzzzzzzzzzz.jpg", type: String = "image/jpeg",
    visibility: Visibility = .public, expires: Timestamp? = nil
  ) -> PictureMetadata {
    PictureMetadata(
      name: name, originalName: original, mediaType: type, width: 1200, height: 800,
      content: ContentDigests(
        size: 48_213, crc32: 7, sha256: Array(repeating: 0xAB, count: 32), md5: Array(repeating: 1, count: 16)),
      uploadedAt: Timestamp(seconds: 1_737_727_200), visibility: visibility, expiresAt: expires)
  }
}
