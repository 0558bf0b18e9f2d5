internal import CLinux
internal import Glibc

extension FileDescriptor {
  /// Opens a path given in bytes, which need not be UTF-8.
  public static func open(_ path: [UInt8], _ flags: OpenFlags) throws(Errno) -> FileDescriptor {
    guard !path.contains(0) else { throw .noSuchFile }
    let terminated = path.map { CChar(bitPattern: $0) } + [0]
    return FileDescriptor(owning: try checked { unsafe vitrine_open(terminated, flags.rawValue | O_CLOEXEC, 0) })
  }
}

/// The arguments of this process as they were given: `CommandLine.arguments` repairs those that are not UTF-8,
/// after which they no longer name their files.
public enum ProgramArguments {
  /// All of them; the first one is the program's name.
  public static var bytes: [[UInt8]] {
    (0..<Int(CommandLine.argc)).compactMap { index in
      guard let argument = unsafe CommandLine.unsafeArgv[index] else { return nil }
      return unsafe [UInt8](UnsafeRawBufferPointer(start: argument, count: strlen(argument)))
    }
  }
}
