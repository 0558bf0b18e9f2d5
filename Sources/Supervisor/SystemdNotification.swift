internal import Posix

/// Messages to the service manager (sd_notify(3)); nothing happens where there is none.
enum SystemdNotification {
  static func ready() { send("READY=1") }
  static func stopping() { send("STOPPING=1") }

  /// A reload begins; systemd wants the monotonic clock with it, and READY when it is over.
  static func reloading() {
    send("RELOADING=1\nMONOTONIC_USEC=\(Clock.monotonicNanoseconds() / 1_000)")
  }

  /// All is well; the watchdog need not bite.
  static func alive() { send("WATCHDOG=1") }

  /// How long the service manager waits for `alive` before it ends this process, in nanoseconds; nil where it does not
  /// (sd_watchdog_enabled(3)).
  static var watchdogLimit: UInt64? {
    if let process = Environment.value("WATCHDOG_PID"), ProcessID(process) != ProcessControl.currentID { return nil }
    guard let limit = Environment.value("WATCHDOG_USEC").flatMap({ UInt64($0) }), limit > 0 else { return nil }
    return limit.multipliedReportingOverflow(by: 1_000).overflow ? nil : limit * 1_000
  }

  private static func send(_ message: String) {
    guard let path = Environment.value("NOTIFY_SOCKET"), !path.isEmpty else { return }
    sendDatagram(Array(message.utf8), toUnixSocket: path)
  }
}
