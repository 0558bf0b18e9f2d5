internal import Posix

/// Holds back the signals that end the program while there is something to clean up.
struct Interruptions: Sendable {
  private let signals = SignalSet([.interrupt, .terminate, .hangup])

  /// Holds them back from here on.
  init() {
    signals.block()
  }

  /// Throws if one has come.
  func check() throws(PackingError) {
    if let signal = signals.wait(nanoseconds: 0) { throw .interrupted(signal) }
  }

  /// Lets them through again; one that has come in the meantime has its effect now.
  func end() {
    signals.unblock()
  }
}
