internal import HTTPSemantics

/// A place in the list of pictures: right after the picture with this position and name.
///
/// It stays valid whatever is uploaded or deleted in the meantime, the picture itself included.
public struct PictureCursor: Equatable, Sendable {
  /// What the place of the picture goes by: see `PictureOrder`.
  public let position: Int64
  /// Its name.
  public let name: String

  /// The place after a picture.
  public init(after metadata: PictureMetadata, in order: PictureOrder = .newest) {
    self.init(position: order.position(of: metadata), name: metadata.name.text)
  }

  /// The place after a picture of this position and name, whether or not there is one.
  public init(position: Int64, name: String) {
    self.position = position
    self.name = name
  }

  /// Reads what `text` gave; nil for anything else.
  public init?(_ text: String) {
    guard
      let bytes = Base64.url.decode(text.utf8), let plain = String(validating: bytes, as: UTF8.self),
      let space = plain.firstIndex(of: " "), let position = Int64(plain[..<space])
    else { return nil }
    self.position = position
    name = String(plain[plain.index(after: space)...])
  }

  /// The cursor as text for a link: letters, digits, `-` and `_`.
  public var text: String {
    Base64.url.encode("\(position) \(name)".utf8)
  }
}
