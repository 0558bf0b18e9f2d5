internal import Posix

/// Messages to the service manager (sd_notify(3)); nothing happens where there is none.
enum SystemdNotification {
  static func ready() { send("READY=1") }
  static func stopping() { send("STOPPING=1") }

  /// A reload begins; systemd wants the monotonic clock with it, and READY when it is over.
  static func reloading() {
    send("RELOADING=1\nMONOTONIC_USEC=\(Clock.monotonicNanoseconds() / 1_000)")
  }

  static func status(_ text: String) { send("STATUS=\(text)") }

  private static func send(_ message: String) {
    guard let path = Environment.value("NOTIFY_SOCKET"), !path.isEmpty else { return }
    sendDatagram(Array(message.utf8), toUnixSocket: path)
  }
}
