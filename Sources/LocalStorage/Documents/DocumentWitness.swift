internal import Posix

/// An open file that tells, without a look at the disk, whether what was read under a name is still what stands there.
///
/// A file that is replaced or removed loses a name; one that is written to, or made inaccessible, has another time of its
/// last change. Where there is no file, the folder tells: a new name in it changes its times.
struct DocumentWitness: ~Copyable, Sendable {
  private let file: FileDescriptor
  private let version: FileVersion
  private let names: UInt64
  private let isReliable: Bool

  /// A witness that the file of a name is the one that was read.
  /// - Parameter status: of the file, before it was read and while it had the name.
  init(of file: consuming FileDescriptor, _ status: FileStatus) {
    self.file = file
    version = FileVersion(status)
    names = status.linkCount
    isReliable = true
  }

  /// A witness that a name is not there.
  /// - Parameters:
  ///   - folder: where it would stand.
  ///   - status: of the folder, before the look for the name.
  ///   - time: when the status was asked for.
  init(ofAbsenceIn folder: consuming FileDescriptor, _ status: FileStatus, at time: Timestamp) {
    file = folder
    version = FileVersion(status)
    names = status.linkCount
    isReliable = status.hasSettled(at: time)
  }

  /// Whether nothing has changed. Never waits for a disk.
  var isValid: Bool { isReliable && file.isStill(version, names: names) }
}

extension FileStatus {
  /// Nanoseconds after a change during which a further one may have the same time: file systems take their times from
  /// a clock that advances with each tick of the kernel, every 10 ms at most.
  private static let granularity: Int64 = 100_000_000

  /// Whether each change after this status has another time than the last one before it.
  /// - Parameter time: when the status was asked for, or before.
  func hasSettled(at time: Timestamp) -> Bool {
    time.totalNanoseconds &- changed.totalNanoseconds > Self.granularity
  }
}
