public import Posix

/// What is known of a stored picture. It travels with the file in its extended attributes.
public struct PictureMetadata: Equatable, Sendable {
  /// Who may find a picture without knowing its name.
  public enum Visibility: String, CaseIterable, Sendable {
    /// Everybody: it is in the catalogue.
    case `public`
    /// Nobody.
    case unlisted
    /// Nobody, until a moderator has approved it.
    case queued
  }

  /// The name that it is stored and served under.
  public var name: StoredName
  /// What the user calls it; 255 bytes at most.
  public var originalName: String
  /// As `image/jpeg`.
  public var mediaType: String
  /// In pixels, as a browser shows it.
  public var width: Int
  /// In pixels, as a browser shows it.
  public var height: Int
  /// Length and digests of the stored bytes.
  public var content: ContentDigests
  /// When it was received.
  public var uploadedAt: Timestamp
  /// Whether it is listed.
  public var visibility: Visibility
  /// When it vanishes by itself; nil for never.
  public var expiresAt: Timestamp?
  /// The address that it was uploaded from; only the operator gets to see it. Nil where that is not known.
  public var uploader: String?

  /// The metadata of a picture.
  public init(
    name: StoredName, originalName: String, mediaType: String, width: Int, height: Int, content: ContentDigests,
    uploadedAt: Timestamp, visibility: Visibility = .public, expiresAt: Timestamp? = nil,
    uploader: String? = nil
  ) {
    self.name = name
    self.originalName = originalName
    self.mediaType = mediaType
    self.width = width
    self.height = height
    self.content = content
    self.uploadedAt = uploadedAt
    self.visibility = visibility
    self.expiresAt = expiresAt
    self.uploader = uploader
  }
}

extension PictureMetadata {
  /// A width or height that was read from a file; nil for one that no picture has.
  public static func dimension(_ pixels: Int) -> Int? { (0...Int(Int32.max)).contains(pixels) ? pixels : nil }
}
