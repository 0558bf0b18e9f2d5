public import Posix

/// The program's own log: lines of text with `key=value` fields, on standard error.
///
/// Writing never fails for the caller, and with a queue it never waits. A line below the level costs a comparison: its message and fields are not made.
public struct OperatorLog: Sendable {
  /// The fields of a line, in the order in which they are to stand.
  public typealias Fields = KeyValuePairs<String, any CustomStringConvertible>

  /// The lowest level that is written.
  public var level: Level
  private let style: Style
  private let output: SharedDescriptor?
  private var queue: LineQueue?

  /// A log on this process's standard error, in the style that the environment asks for.
  public init(level: Level) {
    let standardError = FileDescriptor(owning: 2)
    let style = Style(journalStream: Environment.value("JOURNAL_STREAM"), status: try? standardError.status())
    // A descriptor of its own: a copy of the log that goes out of scope must not close standard error.
    if let copy = try? standardError.duplicate() {
      self.init(level: level, style: style, output: SharedDescriptor(copy))
    } else {
      self.init(level: level, style: style, output: nil)
    }
    _ = standardError.release()
  }

  /// A log on another file; without one, lines are dropped.
  public init(level: Level, style: Style, output: SharedDescriptor?) {
    self.level = level
    self.style = style
    self.output = output
  }

  /// The same log, whose lines another thread writes in their order. What finds no room is dropped.
  public func queued(_ queue: LineQueue) -> OperatorLog {
    var log = self
    log.queue = queue
    return log
  }

  /// Waits until all lines so far are written.
  public func finish() { queue?.finish() }

  /// Writes a line of level `debug`.
  public func debug(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> Fields = [:]) {
    log(.debug, message(), fields())
  }

  /// Writes a line of level `info`.
  public func info(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> Fields = [:]) {
    log(.info, message(), fields())
  }

  /// Writes a line of level `warning`.
  public func warning(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> Fields = [:]) {
    log(.warning, message(), fields())
  }

  /// Writes a line of level `error`.
  public func error(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> Fields = [:]) {
    log(.error, message(), fields())
  }

  /// Writes a line, in one piece, if the level is on.
  public func log(
    _ level: Level, _ message: @autoclosure () -> String, _ fields: @autoclosure () -> Fields = [:]
  ) {
    guard level >= self.level, let output else { return }
    let line = Array((OperatorLine.text(level, style, message(), fields(), at: Clock.now()) + "\n").utf8)
    guard let queue else { return Self.write(line, output) }
    _ = queue.submit(size: line.count) { Self.write(line, output) }
  }

  /// One write, so that lines of several processes do not mix; there is nobody to tell of a failure.
  private static func write(_ line: [UInt8], _ output: SharedDescriptor) {
    _ = try? output.descriptor.write(line.span)
  }
}
