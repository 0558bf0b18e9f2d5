internal import Digests
internal import FileStore
internal import Posix

/// Computing the CRC-32 of one member, on a thread that may wait for the disk.
enum FileChecksum {
  /// Small enough to stay in a core's cache between the copy and the computation.
  private static let chunk = 131_072

  /// Reads the file from beginning to end.
  /// - Throws: `.changed` where it is not, or no longer, what was listed.
  static func compute(_ member: FolderMember, of source: any ArchiveSource) throws(ArchiveFailure) -> UInt32 {
    do throws(FolderError) {
      let file = try source.open(member)
      file.expectSequentialReading()
      var checksum = CRC32()
      var buffer = [UInt8](repeating: 0, count: Int(min(UInt64(chunk), max(member.size, 1))))
      var offset: UInt64 = 0
      while offset < member.size {
        let count: Int
        do throws(Errno) {
          count = try file.read(into: &buffer, at: offset)
        } catch {
          throw FolderError.io(error, context: "reading")
        }
        guard count > 0, UInt64(count) <= member.size - offset else { throw FolderError.changed }
        checksum.update(buffer.span.extracting(0..<count))
        offset += UInt64(count)
      }
      try source.check(file, is: member)
      return checksum.value
    } catch {
      throw ArchiveFailure(error, member)
    }
  }
}

extension ArchiveFailure {
  /// What an error with a member means for the download.
  init(_ error: FolderError, _ member: FolderMember) {
    let name = String(decoding: member.path, as: UTF8.self)
    switch error {
    case .changed, .notFound: self = .changed(name)
    case .tooDeep, .tooManyMembers, .io: self = .memberUnreadable(name, error.description)
    }
  }
}
