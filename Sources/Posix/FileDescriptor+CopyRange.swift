internal import CLinux
internal import Glibc

extension FileDescriptor {
  /// Appends a range of another file at an offset of this one, inside the kernel where it can (copy_file_range(2)): on a
  /// file system with shared extents nothing is copied at all.
  /// - Throws: `EIO` where the source is shorter than the range.
  public func copy(
    from source: borrowing FileDescriptor, _ range: Range<UInt64>, to offset: UInt64
  ) throws(Errno) {
    let input = source.number
    let output = number
    var position = range.lowerBound
    var target = offset
    while position < range.upperBound {
      let count = Int(min(range.upperBound - position, 1 << 30))
      let done: Int
      do throws(Errno) {
        done = try checked {
          vitrine_copy_file_range(input, Int64(clamping: position), output, Int64(clamping: target), count)
        }
      } catch {
        guard [EXDEV, ENOSYS, EOPNOTSUPP, EINVAL].contains(error.rawValue) else { throw error }
        return try copyThroughMemory(from: source, position..<range.upperBound, to: target)
      }
      guard done > 0 else { throw .inputOutput }
      position += UInt64(done)
      target += UInt64(done)
    }
  }

  private func copyThroughMemory(
    from source: borrowing FileDescriptor, _ range: Range<UInt64>, to offset: UInt64
  ) throws(Errno) {
    var buffer = [UInt8](repeating: 0, count: 262_144)
    var position = range.lowerBound
    while position < range.upperBound {
      let wanted = Int(min(UInt64(buffer.count), range.upperBound - position))
      let count = try source.read(into: &buffer, 0..<wanted, at: position)
      guard count > 0 else { throw .inputOutput }
      try writeAll(buffer.span.extracting(..<count), at: offset + position - range.lowerBound)
      position += UInt64(count)
    }
  }
}
