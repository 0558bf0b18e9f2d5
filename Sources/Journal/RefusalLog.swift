public import Posix
internal import Synchronization

/// Lines of the program's own log about requests that were refused, where `app.log` has none of them: as many as
/// `RefusalGate` lets through, and then one line that tells how many there were besides.
public final class RefusalLog: Sendable {
  private let log: OperatorLog
  private let gate = Mutex(RefusalGate())

  /// Lines that go to a log.
  public init(_ log: OperatorLog) {
    self.log = log
  }

  /// Writes a line, or counts it.
  public func record(
    _ level: OperatorLog.Level, _ message: String, _ fields: OperatorLog.Fields, at time: Timestamp = Clock.now()
  ) {
    guard level >= log.level else { return }
    let size = fields.reduce(message.utf8.count) { $0 + $1.key.utf8.count + $1.value.description.utf8.count + 2 }
    let isAdmitted = gate.withLock { gate in
      report(&gate, time, isLast: false)
      return gate.admits(bytes: size, at: time.seconds)
    }
    if isAdmitted { log.log(level, message, fields) }
  }

  /// Writes a line for those that were only counted, if there are any, and some time has passed since.
  /// - Parameter isLast: whatever time has passed: the process ends.
  public func reportRefusals(isLast: Bool = false, at time: Timestamp = Clock.now()) {
    gate.withLock { gate in report(&gate, time, isLast: isLast) }
  }

  private func report(_ gate: inout RefusalGate, _ time: Timestamp, isLast: Bool) {
    guard let count = gate.summary(at: time.seconds, isLast: isLast) else { return }
    log.warning("further requests refused, too many to list", ["requests": count])
  }
}
