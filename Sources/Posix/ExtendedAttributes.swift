internal import CLinux
internal import Glibc

/// Extended attributes of an open file (xattr(7)). Names carry their namespace: `user.…`.
extension FileDescriptor {
  /// Sets an attribute, replacing an older value.
  public func setAttribute(_ name: String, to value: [UInt8]) throws(Errno) {
    let number = self.number
    try checked { unsafe fsetxattr(number, name, value, value.count, 0) }
  }

  /// An attribute's value, nil where the file has none of that name.
  public func attribute(_ name: String) throws(Errno) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 256)
    let number = self.number
    while true {
      do throws(Errno) {
        let count = try unsafe buffer.filling(0..<buffer.count) { (target) throws(Errno) -> Int in
          try checked { unsafe fgetxattr(number, name, target.baseAddress, target.count) }
        }
        return Array(buffer[..<count])
      } catch .noData {
        return nil
      } catch {
        guard error.rawValue == ERANGE, buffer.count < 65_536 else { throw error }
        buffer = [UInt8](repeating: 0, count: 65_536)
      }
    }
  }

  /// The names of all attributes.
  public func attributeNames() throws(Errno) -> [String] {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let number = self.number
    let count = try unsafe buffer.filling(0..<buffer.count) { (target) throws(Errno) -> Int in
      try checked { unsafe flistxattr(number, target.baseAddress?.assumingMemoryBound(to: CChar.self), target.count) }
    }
    return buffer[..<count].split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }
}
