@testable import DurableFiles
import Posix
import Storage
import Synchronization

@testable import LocalStorage

/// A tree whose files are in memory.
struct FilesInMemory: TreeFiles {
  /// In the order of their paths.
  var files: [(path: String, content: [UInt8])]
  /// Paths of files that changed after they were listed.
  var changed: Set<String> = []
  /// The paths of the files that were opened.
  let opened = Opened()

  final class Opened: Sendable {
    let paths = Mutex<[String]>([])
  }

  init(_ files: [(path: String, content: [UInt8])]) {
    self.files = files
  }

  func list() throws(StorageError) -> TreeListing {
    TreeListing(
      files.enumerated().map { index, file in
        LocalStorageTests.member(file.path, size: UInt64(file.content.count), inode: UInt64(index + 1))
      })
  }

  func member(_ key: [UInt8]) throws(StorageError) -> TreeMember? { try list().members.first { $0.path == key } }

  func open(_ member: TreeMember) throws(StorageError) -> FileDescriptor {
    guard let file = files.first(where: { $0.path == member.text }) else { throw .versionChanged }
    opened.paths.withLock { $0.append(file.path) }
    do throws(Errno) {
      let descriptor = try FileDescriptor.inMemory("member")
      try descriptor.writeAll(file.content)
      return descriptor
    } catch {
      throw StorageError(error, "making \(file.path)")
    }
  }

  func check(_ file: borrowing FileDescriptor, is member: TreeMember) throws(StorageError) {
    if changed.contains(member.text) { throw .versionChanged }
  }
}

/// A member as a listing has it.
func member(_ path: String, size: UInt64 = 10, inode: UInt64 = 1, device: UInt64 = 1) -> TreeMember {
  let modified = Timestamp(seconds: 1_600_000_000)
  return TreeMember(
    path: Array(path.utf8), mode: 0o100644, size: size, modified: modified,
    version: .file(
      .init(
        device: device, inode: inode, size: size, modified: modified, changed: Timestamp(seconds: 1_600_000_001))))
}

extension TreeMember {
  var text: String { String(decoding: path, as: UTF8.self) }
}
