/// Why a bucket that takes only some contents refuses one: the bucket of pictures.
public enum ContentRefusal: Equatable, Sendable {
  /// It is not accepted as a picture.
  case picture(PictureRefusal)
  /// The operator has blocked this picture.
  case blocked
  /// The key is no plain file name.
  case key
  /// The key ends as that of another format; the media type of the content.
  case fileExtension(of: String)
  /// A storage class was asked for that pictures do not have.
  case storageClass
  /// There is more metadata, or there are more tags, than a picture has room for.
  case metadata
}
