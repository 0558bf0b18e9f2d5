import Foundation

/// Hands a path to an exit test, which is a process of its own: before Swift 6.3 its body cannot capture anything.
///
/// A link in /var/tmp, named after the process of the tests, whose child an exit test is, and after the test.
enum HandedPath {
  static func leave(_ path: String, for test: String) throws {
    let location = link(getpid(), test)
    unlink(location)
    try FileManager.default.createSymbolicLink(atPath: location, withDestinationPath: path)
  }

  /// The path, once.
  static func take(_ test: String) throws -> String {
    let location = link(getppid(), test)
    defer { unlink(location) }
    return try FileManager.default.destinationOfSymbolicLink(atPath: location)
  }

  private static func link(_ process: Int32, _ test: String) -> String { "/var/tmp/vitrine-exit-\(process)-\(test)" }
}
