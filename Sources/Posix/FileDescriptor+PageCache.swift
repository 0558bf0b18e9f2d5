internal import CLinux
internal import Glibc

extension FileDescriptor {
  /// Whether the byte at an offset is in the page cache, so that reading it does not wait for a disk.
  /// File systems that cannot tell are taken as warm only where a plain read would say so too.
  public func isCached(at offset: UInt64) -> Bool {
    var byte: UInt8 = 0
    let count = unsafe vitrine_pread_cached(number, &byte, 1, off_t(clamping: offset))
    if count >= 0 { return true }
    // A file system without RWF_NOWAIT (some network ones): never warm as far as the loop knows.
    return false
  }

  /// Starts reading a range from the disk into the page cache, without waiting for it.
  public func readAhead(_ range: Range<UInt64>) {
    _ = posix_fadvise(
      number, off_t(clamping: range.lowerBound), off_t(clamping: range.upperBound - range.lowerBound),
      POSIX_FADV_WILLNEED)
  }

  /// Says that the file will be read from front to back, so that the kernel reads further ahead.
  public func expectSequentialReading() {
    _ = posix_fadvise(number, 0, 0, POSIX_FADV_SEQUENTIAL)
  }

  /// Brings every page of a range into the page cache and waits for it.
  public func warm(_ range: Range<UInt64>) throws(Errno) {
    readAhead(range)
    let page: UInt64 = 4_096
    var byte: UInt8 = 0
    let number = self.number
    var offset = range.lowerBound
    while offset < range.upperBound {
      let count = try checked { unsafe pread(number, &byte, 1, off_t(clamping: offset)) }
      if count == 0 { return }
      offset = (offset / page + 1) * page
    }
  }
}
