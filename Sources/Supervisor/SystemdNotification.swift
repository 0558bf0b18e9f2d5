internal import Posix

/// Messages to the service manager (sd_notify(3)); nothing happens where there is none.
struct SystemdNotification {
  private let socketPath: String?
  /// How long the service manager waits for `alive` before it ends this process, in nanoseconds; nil where it does not
  /// (sd_watchdog_enabled(3)).
  let watchdogLimit: UInt64?

  /// Reads from the environment whom to notify, and whether a watchdog is on.
  init(environment: [String: String] = Environment.all()) {
    socketPath = environment["NOTIFY_SOCKET"]
    let isMeant = environment["WATCHDOG_PID"].map { ProcessID($0) == ProcessControl.currentID } ?? true
    let limit = environment["WATCHDOG_USEC"].flatMap { UInt64($0) }?.multipliedReportingOverflow(by: 1_000)
    watchdogLimit = limit.flatMap { isMeant && !$0.overflow && $0.partialValue > 0 ? $0.partialValue : nil }
  }

  func ready() { send("READY=1") }
  func stopping() { send("STOPPING=1") }

  /// A reload begins; systemd wants the monotonic clock with it, and READY when it is over.
  func reloading() {
    send("RELOADING=1\nMONOTONIC_USEC=\(Clock.monotonicNanoseconds() / 1_000)")
  }

  /// All is well; the watchdog need not bite.
  func alive() { send("WATCHDOG=1") }

  private func send(_ message: String) {
    guard let socketPath, !socketPath.isEmpty else { return }
    sendDatagram(Array(message.utf8), toUnixSocket: socketPath)
  }
}
