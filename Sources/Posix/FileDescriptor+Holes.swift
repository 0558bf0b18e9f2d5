internal import CLinux
internal import Glibc

extension FileDescriptor {
  /// The next part of the file, from an offset on, that may hold anything but zeros (`SEEK_DATA`, `SEEK_HOLE` of lseek(2)).
  /// Where the file system knows of no holes, that is all the rest. The position of the descriptor moves.
  /// - Parameter end: the length of the file; the part is empty and lies there if only zeros follow.
  public func data(from offset: UInt64, before end: UInt64) throws(Errno) -> Range<UInt64> {
    let number = self.number
    let start: off_t
    do throws(Errno) {
      start = try checked { vitrine_seek_data(number, off_t(clamping: offset)) }
    } catch .noSuchDeviceOrAddress {
      return end..<end
    } catch .invalidArgument {
      return offset..<end
    }
    let stop = try checked { vitrine_seek_hole(number, start) }
    let first = min(UInt64(start), end)
    return first..<max(first, min(UInt64(stop), end))
  }
}
