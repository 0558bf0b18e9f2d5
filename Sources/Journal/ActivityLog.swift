public import Posix
internal import Synchronization

/// `app.log`: a line for each thing a user did, appended whole, so that lines of several processes do not mix.
public final class ActivityLog: Sendable {
  private struct State {
    var gate = RefusalGate()
    /// Whether the last line found no room in the queue; reported once.
    var isOverflowing = false
  }

  private let path: String
  private let language: ActivityLanguage
  private let queue: LineQueue?
  private let onFailure: @Sendable (Errno) -> Void
  /// Locked while a line is written or queued, so that lines stand in the order in which the gate has seen them.
  private let state = Mutex(State())
  private let file: Mutex<FileDescriptor>

  /// Opens the file, and makes it if there is none; its folder has to be there.
  ///
  /// - Parameters:
  ///   - queue: writes the lines; without one, whoever records an event waits until its line is written.
  ///   - onFailure: called when a line could not be written; the event itself goes on.
  public init(
    path: String, language: ActivityLanguage, queue: LineQueue? = nil, onFailure: @escaping @Sendable (Errno) -> Void
  ) throws(Errno) {
    self.path = path
    self.language = language
    self.queue = queue
    self.onFailure = onFailure
    file = Mutex(try ActivityLog.open(path))
  }

  /// Appends the line for an event.
  ///
  /// - Returns: false where it was only counted, as one of too many refusals; `reportRefusals` tells of those.
  @discardableResult
  public func record(_ event: ActivityEvent, at time: Timestamp = Clock.now()) -> Bool {
    let line = line(event, time)
    return state.withLock { state in
      if event.isRefusal {
        report(&state, time, isLast: false)
        guard state.gate.admits(bytes: line.count, at: time.seconds) else { return false }
      }
      append(line, &state)
      return true
    }
  }

  /// Appends a line for the refusals that were only counted, if there are any, and some time has passed since.
  ///
  /// - Parameter isLast: whatever time has passed: the process ends.
  public func reportRefusals(isLast: Bool = false, at time: Timestamp = Clock.now()) {
    state.withLock { state in report(&state, time, isLast: isLast) }
  }

  /// Goes on in the file that now has the name, or in a new one, after the lines that were recorded before: for log
  /// rotation. Keeps the old one if that fails.
  /// - Parameter failed: called with the failure.
  public func reopen(_ failed: @escaping @Sendable (Errno) -> Void) {
    let path = path
    inTurn(size: 0) { [self] in
      do throws(Errno) {
        var other = try ActivityLog.open(path)
        file.withLock { file in swap(&file, &other) }
      } catch {
        failed(error)
      }
    }
  }

  /// Waits until all lines that were recorded so far are written.
  public func finish() { queue?.finish() }

  private func report(_ state: inout State, _ time: Timestamp, isLast: Bool) {
    guard let count = state.gate.summary(at: time.seconds, isLast: isLast) else { return }
    append(line(.refusalsLeftOut(count: count), time), &state)
  }

  private func append(_ line: [UInt8], _ state: inout State) {
    let isAccepted = inTurn(size: line.count) { [self] in
      do throws(Errno) {
        try file.withLock { (file) throws(Errno) in try file.writeAll(line) }
      } catch {
        onFailure(error)
      }
    }
    if !isAccepted, !state.isOverflowing { onFailure(.noBufferSpace) }
    state.isOverflowing = !isAccepted
  }

  @discardableResult
  private func inTurn(size: Int, _ work: @escaping @Sendable () -> Void) -> Bool {
    if let queue { return queue.submit(size: size, work) }
    work()
    return true
  }

  private func line(_ event: ActivityEvent, _ time: Timestamp) -> [UInt8] {
    Array((event.line(in: language, at: LocalTime(secondsSince1970: time.seconds)) + "\n").utf8)
  }

  private static func open(_ path: String) throws(Errno) -> FileDescriptor {
    try FileDescriptor.open(path, [.writeOnly, .append, .create], mode: 0o640)
  }
}
