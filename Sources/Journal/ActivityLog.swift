public import Posix
internal import Synchronization

/// `app.log`: a line for each thing a user did, appended whole, so that lines of several processes do not mix.
public final class ActivityLog: Sendable {
  private let path: String
  private let language: ActivityLanguage
  private let onFailure: @Sendable (Errno) -> Void
  private let descriptor: Mutex<FileDescriptor>

  /// Opens the file, and makes it if there is none; its folder has to be there.
  ///
  /// - Parameter onFailure: told when a line could not be written; the event itself goes on.
  public init(
    path: String, language: ActivityLanguage, onFailure: @escaping @Sendable (Errno) -> Void
  ) throws(Errno) {
    self.path = path
    self.language = language
    self.onFailure = onFailure
    descriptor = Mutex(try ActivityLog.open(path))
  }

  /// Appends the line for an event.
  public func record(_ event: ActivityEvent, at time: Timestamp = Clock.now()) {
    let line = event.line(in: language, at: LocalTime(secondsSince1970: time.seconds)) + "\n"
    let bytes = Array(line.utf8)
    do throws(Errno) {
      try descriptor.withLock { (descriptor) throws(Errno) in try descriptor.writeAll(bytes) }
    } catch {
      onFailure(error)
    }
  }

  /// Goes on in the file that now has the name, or in a new one: for log rotation. Keeps the old one if that fails.
  public func reopen() throws(Errno) {
    try descriptor.withLock { (descriptor) throws(Errno) in descriptor = try ActivityLog.open(path) }
  }

  private static func open(_ path: String) throws(Errno) -> FileDescriptor {
    try FileDescriptor.open(path, [.writeOnly, .append, .create], mode: 0o640)
  }
}
