internal import EventLoop
internal import Storage
internal import ZipArchive

/// Opens the members of an archive a little ahead of the sender.
@EventLoopActor
final class MemberFiles {
  typealias Outcome = Result<TreeContent, ArchiveFailure>

  /// Files that are open ahead at most, and their bytes after which no further one is opened.
  private static let aheadCount = 16
  private static let aheadBytes: UInt64 = 16 << 20
  /// Members behind the one that is sent that have asked for their bytes.
  private static let preparedCount = 2
  /// Nanoseconds after which opening a file is taken for slow.
  private static let slowOpenThreshold: UInt64 = 5_000_000

  private let snapshot: ArchiveSnapshot
  private let allowance: OpenFileAllowance
  private let range: Range<UInt64>
  private let end: Int
  private var next: Int
  private var opened: [Int: LoopPromise<Outcome>] = [:]
  private var openedBytes: UInt64 = 0
  /// The member that was asked for last.
  private var current = 0
  /// Whether it has asked for its bytes: those behind it do so later.
  private var hasCurrentAsked = false

  /// - Parameters:
  ///   - members: those that will be asked for, in this order, but for empty ones.
  ///   - range: the bytes of the archive for which they will be.
  init(
    _ snapshot: ArchiveSnapshot, _ members: Range<Int>, range: Range<UInt64>, allowance: OpenFileAllowance
  ) {
    self.snapshot = snapshot
    self.range = range
    self.allowance = allowance
    next = members.lowerBound
    end = members.upperBound
  }

  /// Takes over the content of a member, the next one that is needed, and has those behind it opened.
  /// - Parameter beforeWaiting: called where it is not ready, and will take a while.
  func content(
    _ member: Int, beforeWaiting: () async throws(ArchiveFailure) -> Void
  ) async throws(ArchiveFailure) -> TreeContent {
    (current, hasCurrentAsked) = (member, false)
    if opened[member] == nil {
      next = member
      openBatch()
    }
    guard let promise = opened.removeValue(forKey: member) else { throw .changed(snapshot.members[member].text) }
    openedBytes -= snapshot.members[member].size
    allowance.giveBack(1)
    let areFew = opened.count <= Self.aheadCount / 4 && openedBytes <= Self.aheadBytes / 2
    if areFew || opened.count < Self.preparedCount { openBatch() }
    if let outcome = await promise.wait(until: EventLoop.current.now &+ Self.slowOpenThreshold) {
      return try await prepared(outcome, member)
    }
    try await beforeWaiting()
    guard let outcome = await promise.wait() else { throw .changed(snapshot.members[member].text) }
    return try await prepared(outcome, member)
  }

  /// Has the member ask for its bytes before those behind it do.
  private func prepared(_ outcome: Outcome, _ member: Int) async throws(ArchiveFailure) -> TreeContent {
    let content = try outcome.get()
    if case .opened(let opened) = content { await prepare(opened, member) }
    hasCurrentAsked = true
    await prepareNext()
    return content
  }

  private func prepare(_ content: any OpenedContent, _ member: Int) async {
    let part = snapshot.layout.content(ofMember: member, in: range)
    // The end of a range is read by itself.
    guard part.upperBound == snapshot.members[member].size else { return }
    await content.prepare(part)
  }

  /// Has the members behind ask for their bytes while this one is sent.
  private func prepareNext() async {
    for following in (min(current, next)..<next).dropFirst().filter({ opened[$0] != nil }).prefix(Self.preparedCount) {
      guard case .success(.opened(let content))? = opened[following]?.current else { return }
      await prepare(content, following)
    }
  }

  /// Closes what was opened ahead.
  func close() {
    next = end
    allowance.giveBack(opened.count)
    opened = [:]
    openedBytes = 0
  }

  private func openBatch() {
    var batch: [TreeRead] = []
    var promises: [LoopPromise<Outcome>] = []
    let most = allowance.take(upTo: Self.aheadCount - opened.count)
    while next < end, batch.count < most, openedBytes < Self.aheadBytes || opened.count < Self.preparedCount {
      let member = snapshot.members[next]
      if member.size > 0 {
        if let first = batch.first?.member, first.version.medium != member.version.medium { break }
        let promise = LoopPromise<Outcome>()
        opened[next] = promise
        openedBytes += member.size
        batch.append(TreeRead(member, snapshot.layout.content(ofMember: next, in: range)))
        promises.append(promise)
      }
      next += 1
    }
    allowance.giveBack(most - batch.count)
    guard !batch.isEmpty else { return }
    EventLoop.current.start { [self, batch, promises, tree = snapshot.tree] in
      let outcomes = await tree.open(batch)
      for (index, outcome) in outcomes.enumerated() {
        promises[index].fulfil(outcome.mapError { ArchiveFailure($0, batch[index].member) })
      }
      if hasCurrentAsked { await prepareNext() }
    }
  }
}
