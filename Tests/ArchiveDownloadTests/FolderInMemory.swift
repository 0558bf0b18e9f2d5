import Storage
import LocalStorage
import Posix
import Synchronization

@testable import ArchiveDownload

/// A source of archives whose files are in memory.
struct FolderInMemory: ArchiveSource {
  let name = "memory"
  /// In the order of their paths.
  var files: [(path: String, content: [UInt8])]
  /// Paths of files that changed after they were listed.
  var changed: Set<String> = []

  func list() throws(FolderError) -> FolderListing {
    let listed = files.enumerated().map { index, file in
      member(file.path, size: UInt64(file.content.count), inode: UInt64(index + 1))
    }
    return FolderListing(members: listed)
  }

  /// Paths of files that nobody may read.
  var unreadable: Set<String> = []
  /// The paths that `firstUnreadable` was asked for.
  let asked = Asked()

  final class Asked: Sendable {
    let paths = Mutex<[String]>([])
  }

  func firstUnreadable(of members: [FolderMember]) throws(FolderError) -> FolderFlaw? {
    asked.paths.withLock { $0 = members.map(\.text) }
    return members.first { unreadable.contains($0.text) }.map { FolderFlaw(path: $0.path, .unreadable(.accessDenied)) }
  }

  func open(_ member: FolderMember) throws(FolderError) -> FileDescriptor {
    guard let file = files.first(where: { $0.path == member.text }) else { throw .changed }
    do throws(Errno) {
      let descriptor = try FileDescriptor.inMemory("member")
      try descriptor.writeAll(file.content)
      return descriptor
    } catch {
      throw .io(error, context: "making \(file.path)")
    }
  }

  func check(_ file: borrowing FileDescriptor, is member: FolderMember) throws(FolderError) {
    if changed.contains(member.text) { throw .changed }
  }
}

/// A member as a listing has it.
func member(
  _ path: String, size: UInt64 = 10, inode: UInt64 = 1, device: UInt64 = 1, mode: UInt32 = 0o100644,
  modified: Timestamp = Timestamp(seconds: 1_600_000_000), changed: Timestamp = Timestamp(seconds: 1_600_000_001)
) -> FolderMember {
  FolderMember(
    path: Array(path.utf8), mode: mode,
    identity: FileIdentity(device: device, inode: inode, size: size, modified: modified, changed: changed))
}
