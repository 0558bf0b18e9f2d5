internal import EventLoop
internal import Storage

/// The snapshots of folders that are being downloaded or were lately, so that a thousand downloads of a folder share
/// one. A snapshot is used again only where a new listing of the folder shows the very same files.
@EventLoopActor
final class SnapshotCache {
  private struct Entry {
    /// Lives as long as a download uses it, or as long as it is kept.
    weak var snapshot: ArchiveSnapshot?
  }

  private static let snapshotLimit = 1_024
  /// The most members of all snapshots that are kept while nobody uses them.
  private let memberLimit: Int
  private var entries: [FolderName: Entry] = [:]
  /// Least recently used first.
  private var snapshots: [ArchiveSnapshot] = []
  private var memberCount = 0
  /// Entries after which those whose snapshot is gone are looked for.
  private var sweepLimit = 256

  init(memberLimit: Int = 200_000) {
    self.memberLimit = memberLimit
  }

  /// The latest snapshot of a folder, if it still exists.
  func latest(_ folder: FolderName) -> ArchiveSnapshot? {
    entries[folder]?.snapshot
  }

  /// The snapshot for a fresh plan: the latest one if that is its plan.
  func snapshot(of folder: FolderName, for plan: ArchivePlan) -> ArchiveSnapshot {
    let snapshot: ArchiveSnapshot
    if let latest = latest(folder), latest.plan.entityTag == plan.entityTag, latest.plan.listing == plan.listing {
      snapshot = latest
    } else {
      snapshot = ArchiveSnapshot(plan)
      entries[folder] = Entry(snapshot: snapshot)
    }
    keep(snapshot)
    sweep()
    return snapshot
  }

  private func keep(_ snapshot: ArchiveSnapshot) {
    guard snapshots.last !== snapshot else { return }
    if let index = snapshots.firstIndex(where: { $0.source.name == snapshot.source.name }) {
      memberCount -= snapshots.remove(at: index).members.count
    }
    snapshots.append(snapshot)
    memberCount += snapshot.members.count
    while memberCount > memberLimit || snapshots.count > Self.snapshotLimit {
      memberCount -= snapshots.removeFirst().members.count
    }
  }

  private func sweep() {
    guard entries.count > sweepLimit else { return }
    entries = entries.filter { $0.value.snapshot != nil }
    sweepLimit = max(256, entries.count * 2)
  }
}
