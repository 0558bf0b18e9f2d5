public import Posix
internal import Synchronization

/// `app.log`: a line for each thing a user did, appended whole, so that lines of several processes do not mix.
public final class ActivityLog: Sendable {
  private struct State: ~Copyable {
    var descriptor: FileDescriptor
    var gate = RefusalGate()
  }

  private let path: String
  private let language: ActivityLanguage
  private let onFailure: @Sendable (Errno) -> Void
  private let state: Mutex<State>

  /// Opens the file, and makes it if there is none; its folder has to be there.
  ///
  /// - Parameter onFailure: told when a line could not be written; the event itself goes on.
  public init(
    path: String, language: ActivityLanguage, onFailure: @escaping @Sendable (Errno) -> Void
  ) throws(Errno) {
    self.path = path
    self.language = language
    self.onFailure = onFailure
    state = Mutex(State(descriptor: try ActivityLog.open(path)))
  }

  /// Appends the line for an event.
  ///
  /// - Returns: false where it was only counted, as one of too many refusals; `tellRefusals` tells of those.
  @discardableResult
  public func record(_ event: ActivityEvent, at time: Timestamp = Clock.now()) -> Bool {
    let line = line(event, time)
    do throws(Errno) {
      return try state.withLock { (state) throws(Errno) in
        if event.isRefusal {
          try tell(&state, time, isLast: false)
          guard state.gate.admits(bytes: line.count, at: time.seconds) else { return false }
        }
        try state.descriptor.writeAll(line)
        return true
      }
    } catch {
      onFailure(error)
      return true
    }
  }

  /// Appends a line for the refusals that were only counted, if there are any, and some time has passed since.
  ///
  /// - Parameter isLast: whatever time has passed: the process ends.
  public func tellRefusals(isLast: Bool = false, at time: Timestamp = Clock.now()) {
    do throws(Errno) {
      try state.withLock { (state) throws(Errno) in try tell(&state, time, isLast: isLast) }
    } catch {
      onFailure(error)
    }
  }

  /// Goes on in the file that now has the name, or in a new one: for log rotation. Keeps the old one if that fails.
  public func reopen() throws(Errno) {
    try state.withLock { (state) throws(Errno) in state.descriptor = try ActivityLog.open(path) }
  }

  private func tell(_ state: inout State, _ time: Timestamp, isLast: Bool) throws(Errno) {
    guard let count = state.gate.summary(at: time.seconds, isLast: isLast) else { return }
    try state.descriptor.writeAll(line(.refusalsLeftOut(count: count), time))
  }

  private func line(_ event: ActivityEvent, _ time: Timestamp) -> [UInt8] {
    Array((event.line(in: language, at: LocalTime(secondsSince1970: time.seconds)) + "\n").utf8)
  }

  private static func open(_ path: String) throws(Errno) -> FileDescriptor {
    try FileDescriptor.open(path, [.writeOnly, .append, .create], mode: 0o640)
  }
}
