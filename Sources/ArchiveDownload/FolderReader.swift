internal import EventLoop
internal import Storage
internal import ZipArchive

/// Lists folders for downloads. Those who ask for a folder while it is being listed share the next listing, which begins
/// after they asked: everybody sees what was there when they came, and a thousand at once cost two listings.
@EventLoopActor
final class FolderReader {
  typealias Outcome = Result<ArchiveSnapshot, ArchiveFailure>

  private let trees: any TreeStore
  private let names: MemberNames
  private let pool: BlockingPool
  private let cache: SnapshotCache
  private var waiting: [FolderName: LoopPromise<Outcome>] = [:]
  private var busy: Set<FolderName> = []

  /// - Parameters:
  ///   - names: how members are called.
  ///   - pool: threads for what takes long with many members.
  init(_ trees: any TreeStore, _ names: MemberNames, pool: BlockingPool, cache: SnapshotCache) {
    self.trees = trees
    self.names = names
    self.pool = pool
    self.cache = cache
  }

  /// The archive of a folder as it is now.
  func snapshot(of folder: FolderName) async throws(ArchiveFailure) -> ArchiveSnapshot {
    let promise = waiting[folder] ?? LoopPromise<Outcome>()
    waiting[folder] = promise
    if busy.insert(folder).inserted {
      EventLoop.current.start { [self] in await read(folder) }
    }
    guard let outcome = await promise.wait() else { throw .unavailable("the folder was not listed") }
    return try outcome.get()
  }

  private func read(_ folder: FolderName) async {
    while let promise = waiting.removeValue(forKey: folder) {
      let source = ArchiveSource(folder)
      let previous = cache.latest(folder)?.plan
      let outcome: Outcome
      do throws(ArchiveFailure) {
        let plan = try await ArchivePlan.make(
          source, trees.tree(source.selection), names, unlessSameAs: previous, on: pool)
        outcome = .success(cache.snapshot(of: folder, for: plan))
      } catch {
        outcome = .failure(error)
      }
      promise.fulfil(outcome)
    }
    busy.remove(folder)
  }
}
