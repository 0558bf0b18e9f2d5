internal import CLinux
internal import Glibc

extension FileDescriptor {
  /// The path of this open file without a symbolic link in it, as the kernel knows it; nil where it is not known.
  public func resolvedPath() -> String? {
    let link = "/proc/self/fd/\(number)"
    var buffer = [UInt8](repeating: 0, count: 4_096)
    let count = try? unsafe buffer.filling(0..<buffer.count) { (target) throws(Errno) -> Int in
      guard let start = target.baseAddress else { return 0 }
      return try checked {
        unsafe readlink(link, start.assumingMemoryBound(to: CChar.self), target.count)
      }
    }
    guard let count, count < buffer.count, let path = String(validating: buffer[..<count], as: UTF8.self),
      path.hasPrefix("/")
    else { return nil }
    return path
  }
}
