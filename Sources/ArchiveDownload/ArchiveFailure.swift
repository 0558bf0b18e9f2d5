internal import FastCGI

/// Why an archive could not be sent, or not to its end.
enum ArchiveFailure: Error, Sendable {
  /// There is no such folder.
  case notFound
  /// The folder or a part of it cannot be read.
  case unreadable(String)
  /// A member changed or vanished after the response began: its name.
  case changed(String)
  /// A member cannot be read any more: its name, and why.
  case memberUnreadable(String, String)
  /// The client or nginx went away, or takes nothing any more.
  case transfer(RequestFailure)
}
