/// Why a file is not accepted as a picture.
public enum PictureRefusal: Error, Equatable, Sendable {
  /// More than `limit` bytes.
  case tooLarge(limit: UInt64)
  /// Its name does not end as that of an accepted format.
  case fileExtension
  /// Its content is not of an accepted format.
  case content
  /// No bytes at all.
  case empty
  /// It ends before its end marker.
  case truncated
  /// It breaks a rule of its format, which `rule` names.
  case corrupt(rule: String)
  /// More than `limit` pixels.
  case pixels(width: Int, height: Int, limit: UInt64)
}
