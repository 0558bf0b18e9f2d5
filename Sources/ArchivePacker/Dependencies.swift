internal import Posix

/// What the command finds around it: standard output, standard error, environment.
struct Dependencies {
  var output: SharedDescriptor
  var diagnostics: SharedDescriptor
  var environment: (String) -> String?

  /// Those of the process. A standard descriptor that is closed is stood in for by one that cannot be written to.
  static func ofProcess() throws(Errno) -> Dependencies {
    let closed = SharedDescriptor(try FileDescriptor.open("/dev/null", .readOnly))
    return Dependencies(
      output: (try? duplicate(1)) ?? closed, diagnostics: (try? duplicate(2)) ?? closed,
      environment: { Environment.value($0) })
  }

  /// A descriptor of our own, so that the standard one stays open.
  private static func duplicate(_ number: Int32) throws(Errno) -> SharedDescriptor {
    let standard = FileDescriptor(owning: number)
    do throws(Errno) {
      let copy = SharedDescriptor(try standard.duplicate())
      _ = standard.release()
      return copy
    } catch {
      _ = standard.release()
      throw error
    }
  }

  /// Says something to the user, on a line of its own.
  func say(_ text: String) {
    // Where nobody listens nothing can be said.
    try? diagnostics.descriptor.writeAll([UInt8]("vitrine archive: \(text)\n".utf8))
  }
}
