internal import Posix
internal import ZipArchive

/// What the archive says of a file beside its content.
struct MemberAttributes: Sendable {
  /// The time of every member; nil for each file's own.
  let fixedTime: Int64?

  /// 1980-01-01 00:00:00 UTC, the earliest time that every reader knows.
  static let earliestTime: Int64 = 315_532_800

  /// Each file's own time and mode.
  static let own = MemberAttributes(fixedTime: nil)

  /// One time for all members, and modes that tell only what can be executed.
  static func reproducible(time: Int64) -> MemberAttributes {
    MemberAttributes(fixedTime: time)
  }

  /// The member that a file becomes.
  func member(name: [UInt8], status: FileStatus, compression: ArchiveCompression) -> ArchiveMember {
    ArchiveMember(
      name: name, size: status.isDirectory ? 0 : status.size, modificationTime: fixedTime ?? status.modified.seconds,
      mode: fixedTime == nil ? status.mode : Self.plainMode(of: status), compression: compression)
  }

  private static func plainMode(of status: FileStatus) -> UInt32 {
    if status.isDirectory { return 0o040755 }
    return status.mode & 0o100 != 0 ? 0o100755 : 0o100644
  }
}
