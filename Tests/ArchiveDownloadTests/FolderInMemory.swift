import Posix
import Storage
import Synchronization

@testable import ArchiveDownload

/// A tree that is listed, looked at and opened, but not read.
struct FolderInMemory: Tree {
  /// In the order of their paths.
  var files: [(path: String, size: UInt64)] = []
  /// Paths of files that nobody may read.
  var unreadable: Set<String> = []
  /// When its newest change was, by the number of the listing; the last one goes on.
  var newestChanges: [Timestamp?] = [nil]
  let asked = Asked()

  final class Asked: Sendable {
    /// The paths that `firstUnreadable` was asked for.
    let paths = Mutex<[String]>([])
    /// How often the tree was listed.
    let listings = Mutex(0)
    /// Paths of the contents that were asked for ahead, in their order.
    let ahead = Mutex<[String]>([])
  }

  private final class Content: OpenedContent {
    private let path: String
    private let asked: Asked

    init(_ path: String, _ asked: Asked) {
      self.path = path
      self.asked = asked
    }

    func reader(_ range: Range<UInt64>) -> any ObjectReader { preconditionFailure("nobody reads") }

    nonisolated(nonsending) func prepare(_ range: Range<UInt64>) async {
      asked.ahead.withLock { $0.append(path) }
    }
  }

  nonisolated(nonsending) func list() async throws(StorageError) -> TreeListing {
    let count = asked.listings.withLock { count in
      count += 1
      return count
    }
    let members = files.enumerated().map { index, file in
      member(file.path, size: file.size, inode: UInt64(index + 1))
    }
    return TreeListing(members: members, newestChange: newestChanges[min(count, newestChanges.count) - 1])
  }

  nonisolated(nonsending) func firstUnreadable(of members: [TreeMember]) async throws(StorageError) -> TreeFlaw? {
    asked.paths.withLock { $0 = members.map(\.text) }
    return members.first { unreadable.contains($0.text) }.map { TreeFlaw(path: $0.path, .unreadable(.accessDenied)) }
  }

  nonisolated(nonsending) func firstChanged(
    of members: ArraySlice<TreeMember>
  ) async throws(StorageError) -> TreeMember? {
    nil
  }

  nonisolated(nonsending) func open(_ reads: [TreeRead]) async -> [Result<TreeContent, StorageError>] {
    reads.map { .success(.opened(Content($0.member.text, asked))) }
  }

  func findChecksums(
    of members: [TreeMember],
    _ found: @escaping @Sendable ([(index: Int, outcome: Result<UInt32, StorageError>)]) -> Void
  ) {
    found(members.indices.map { ($0, .success(UInt32($0))) })
  }
}

/// The source of archives of it.
let memorySource = ArchiveSource(name: "memory", TreeSelection(bucket: "memory", .prefix([])))

/// A member as a listing has it.
func member(
  _ path: String, size: UInt64 = 10, inode: UInt64 = 1, device: UInt64 = 1, mode: UInt32 = 0o100644,
  modified: Timestamp = Timestamp(seconds: 1_600_000_000), changed: Timestamp = Timestamp(seconds: 1_600_000_001)
) -> TreeMember {
  TreeMember(
    path: Array(path.utf8), mode: mode, size: size, modified: modified,
    version: .file(.init(device: device, inode: inode, size: size, modified: modified, changed: changed)))
}
