internal import Posix

/// Lines for whoever runs the program.
enum Terminal {
  /// On standard output.
  static func say(_ text: String) { write(text, to: 1) }
  /// On standard error.
  static func complain(_ text: String) { write(text, to: 2) }

  /// Says that a command failed.
  /// - Returns: its exit status.
  static func failed(_ command: String, _ message: String) -> Int32 {
    complain("vitrine \(command): \(message)")
    return ExitStatus.failed
  }

  /// Says that a command was called wrongly.
  /// - Returns: its exit status.
  static func misused(_ command: String, _ message: String) -> Int32 {
    complain("vitrine \(command): \(message); see vitrine \(command) --help")
    return ExitStatus.usage
  }

  private static func write(_ text: String, to number: Int32) {
    let descriptor = FileDescriptor(owning: number)
    try? descriptor.writeAll(Array((text + "\n").utf8))
    _ = descriptor.release()
  }
}
