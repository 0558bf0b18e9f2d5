internal import HTTPSemantics
public import Posix

/// A place in the list of pictures, newest first: right after the picture with this time and name.
///
/// It stays valid whatever is uploaded or deleted in the meantime, the picture itself included.
public struct PictureCursor: Equatable, Sendable {
  /// The time of the picture.
  public let uploadedAt: Timestamp
  /// Its name.
  public let name: String

  /// The place after a picture.
  public init(after metadata: PictureMetadata) {
    uploadedAt = metadata.uploadedAt
    name = metadata.name.text
  }

  /// Reads what `text` gave; nil for anything else.
  public init?(_ text: String) {
    guard
      let bytes = Base64.url.decode(text.utf8), let plain = String(validating: bytes, as: UTF8.self),
      let space = plain.firstIndex(of: " "), let nanoseconds = Int64(plain[..<space])
    else { return nil }
    uploadedAt = Timestamp(totalNanoseconds: nanoseconds)
    name = String(plain[plain.index(after: space)...])
  }

  /// The cursor as text for a link: letters, digits, `-` and `_`.
  public var text: String {
    Base64.url.encode("\(uploadedAt.totalNanoseconds) \(name)".utf8)
  }
}
