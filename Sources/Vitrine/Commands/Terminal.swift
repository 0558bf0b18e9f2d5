internal import Posix

/// Lines for whoever runs the program.
enum Terminal {
  /// On standard output.
  static func say(_ text: String) { write(text, to: 1) }
  /// On standard error.
  static func complain(_ text: String) { write(text, to: 2) }

  private static func write(_ text: String, to number: Int32) {
    let descriptor = FileDescriptor(owning: number)
    try? descriptor.writeAll(Array((text + "\n").utf8))
    _ = descriptor.release()
  }
}
