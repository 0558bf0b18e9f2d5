internal import EventLoop
internal import FileStore

/// The snapshots of folders that are being downloaded or were lately, so that a thousand downloads of a folder share
/// one. A snapshot is used again only where a new listing of the folder shows the very same members.
@EventLoopActor
final class SnapshotCache {
  /// The most members of all kept snapshots together.
  private let memberLimit: Int
  private var snapshots: [FolderName: ArchiveSnapshot] = [:]
  /// Least recently used first.
  private var order: [FolderName] = []
  private var memberCount = 0

  init(memberLimit: Int = 200_000) {
    self.memberLimit = memberLimit
  }

  /// The snapshot for a fresh plan: the kept one if nothing changed.
  func snapshot(of folder: FolderName, for plan: ArchivePlan) -> ArchiveSnapshot {
    if let kept = snapshots[folder], kept.validators == plan.validators, kept.members == plan.members {
      touch(folder)
      return kept
    }
    forget(folder)
    let snapshot = ArchiveSnapshot(plan)
    snapshots[folder] = snapshot
    order.append(folder)
    memberCount += plan.members.count
    while memberCount > memberLimit, let oldest = order.first { forget(oldest) }
    return snapshot
  }

  private func touch(_ folder: FolderName) {
    guard order.last != folder, let index = order.firstIndex(of: folder) else { return }
    order.remove(at: index)
    order.append(folder)
  }

  private func forget(_ folder: FolderName) {
    guard let snapshot = snapshots.removeValue(forKey: folder) else { return }
    memberCount -= snapshot.members.count
    order.removeAll { $0 == folder }
  }
}
