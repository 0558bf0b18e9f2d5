/// Why members cannot be laid out as a zip archive. `member` is the index of the offending one.
public enum ArchiveLayoutError: Error, Sendable, Equatable {
  /// The name is empty, absolute, holds a NUL, or has an empty, `.` or `..` component.
  case invalidName(member: Int)
  /// The name is longer than 65,535 bytes, the most that its length field can say (APPNOTE 4.4.10).
  case nameTooLong(member: Int)
  /// Another member before it has the same name: a reader would keep only one of the two.
  case duplicateName(member: Int)
  /// A directory entry with content.
  case directoryWithContent(member: Int)
  /// The archive would be longer than 2⁶³ − 1 bytes, the longest that a file can be.
  case tooLong

  /// A stable name for logs.
  public var code: String {
    switch self {
    case .invalidName: "archive-name-invalid"
    case .nameTooLong: "archive-name-too-long"
    case .duplicateName: "archive-name-duplicate"
    case .directoryWithContent: "archive-directory-with-content"
    case .tooLong: "archive-too-long"
    }
  }
}
