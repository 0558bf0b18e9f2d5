internal import CLinux
internal import Glibc

/// What can be known of a file's pages without waiting for them.
public enum PageResidency: Sendable {
  /// `isCached(at:)` tells whether reading would wait.
  case askable
  /// The file system has no disk to wait for (tmpfs).
  case alwaysCached
  /// The file system cannot tell (some network ones): any read may wait.
  case unknown
}

extension FileDescriptor {
  /// What can be known of this file's pages. It may itself wait for the disk.
  /// - Parameter offset: of a byte that will be needed, since looking at it may have it read.
  public func pageResidency(at offset: UInt64) -> PageResidency {
    var byte: UInt8 = 0
    if unsafe vitrine_pread_cached(number, &byte, 1, off_t(clamping: offset)) >= 0 || Errno.current == .wouldBlock {
      return .askable
    }
    let tmpfs: Int64 = 0x0102_1994
    let ramfs: Int64 = 0x8584_58f6
    let type = vitrine_file_system_type(number)
    return type == tmpfs || type == ramfs ? .alwaysCached : .unknown
  }

  /// Whether the byte at an offset is in the page cache, so that reading it does not wait for a disk. Never, for a
  /// file system that cannot tell.
  public func isCached(at offset: UInt64) -> Bool {
    var byte: UInt8 = 0
    return unsafe vitrine_pread_cached(number, &byte, 1, off_t(clamping: offset)) >= 0
  }

  /// Whether a range is in the page cache, as far as a look at its first byte, at one every so many, and at the last one
  /// can tell: what the disk is asked for comes from front to back.
  public func isCached(_ range: Range<UInt64>, lookingEvery step: UInt64) -> Bool {
    guard let last = range.last else { return true }
    var offset = range.lowerBound
    while offset < last {
      guard isCached(at: offset) else { return false }
      offset += step
    }
    return isCached(at: last)
  }

  /// Starts reading a range from the disk into the page cache, without waiting for it.
  public func readAhead(_ range: Range<UInt64>) {
    advise(range, POSIX_FADV_WILLNEED)
  }

  /// Starts writing the changed pages of a range to the disk, without waiting for it.
  public func beginWriting(_ range: Range<UInt64>) {
    vitrine_begin_writing(
      number, off_t(clamping: range.lowerBound), off_t(clamping: range.upperBound - range.lowerBound))
  }

  /// Takes the pages of a range out of the page cache, as far as they are clean.
  public func dropCached(_ range: Range<UInt64>) {
    advise(range, POSIX_FADV_DONTNEED)
  }

  /// Says that the file will be read from front to back, so that the kernel reads further ahead.
  public func expectSequentialReading() {
    _ = posix_fadvise(number, 0, 0, POSIX_FADV_SEQUENTIAL)
  }

  /// Says that single pieces of the file will be read, so that the kernel reads nothing around them.
  public func expectScatteredReading() {
    _ = posix_fadvise(number, 0, 0, POSIX_FADV_RANDOM)
  }

  private func advise(_ range: Range<UInt64>, _ advice: Int32) {
    _ = posix_fadvise(
      number, off_t(clamping: range.lowerBound), off_t(clamping: range.upperBound - range.lowerBound), advice)
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
