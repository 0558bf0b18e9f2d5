internal import Posix

/// Shows on a terminal how far the work has come: bytes, rate, time left, on one line that is written over.
final class ProgressMeter {
  private let terminal: SharedDescriptor?
  private let totalBytes: UInt64
  /// How often each byte is read before it is packed.
  private let passes: UInt64
  private let start: UInt64
  private var done: UInt64 = 0
  private var lastShown: UInt64
  private var isShown = false

  private static let interval: UInt64 = 200_000_000

  /// - Parameter terminal: where to show it; nil for nowhere.
  init(terminal: SharedDescriptor?, totalBytes: UInt64, passes: UInt64) {
    self.terminal = terminal
    self.totalBytes = totalBytes
    self.passes = passes
    start = Clock.monotonicNanoseconds()
    lastShown = start
  }

  /// So many more bytes have been read.
  func advance(_ bytes: Int) {
    guard let terminal else { return }
    done += UInt64(bytes)
    let now = Clock.monotonicNanoseconds()
    guard now - lastShown >= Self.interval else { return }
    lastShown = now
    isShown = true
    let line = ProgressText.line(
      bytes: min(done / passes, totalBytes), of: totalBytes, seconds: Double(now - start) / 1e9)
    try? terminal.descriptor.writeAll([UInt8]("\r\(line)\u{1B}[K".utf8))
  }

  /// Takes the line away.
  func end() {
    guard let terminal, isShown else { return }
    isShown = false
    try? terminal.descriptor.writeAll([UInt8]("\r\u{1B}[K".utf8))
  }

  deinit {
    end()
  }
}
