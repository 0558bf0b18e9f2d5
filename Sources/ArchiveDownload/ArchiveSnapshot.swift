internal import EventLoop
internal import HTTPSemantics
internal import Storage
internal import ZipArchive

/// An archive as downloads share it: its plan, and what is known of its members' checksums.
@EventLoopActor
final class ArchiveSnapshot {
  typealias Outcome = Result<UInt32, ArchiveFailure>

  nonisolated let plan: ArchivePlan
  private var checksums: [UInt32?]
  private var promises: [Int: LoopPromise<Outcome>] = [:]

  init(_ plan: ArchivePlan) {
    self.plan = plan
    // Nothing has to be read to know the checksum of nothing.
    checksums = plan.members.map { $0.size == 0 ? 0 : $0.crc32 }
  }

  nonisolated var source: ArchiveSource { plan.source }
  nonisolated var tree: any Tree { plan.tree }
  nonisolated var members: [TreeMember] { plan.members }
  nonisolated var layout: ArchiveLayout { plan.layout }

  /// The CRC-32 of a member, if it is known.
  func checksum(of member: Int) -> UInt32? { checksums[member] }

  /// What will hold the outcome of a checksum that is being found out; nil where that is not the case.
  func promise(of member: Int) -> LoopPromise<Outcome>? { promises[member] }

  /// Whether a checksum is neither known nor being found out.
  func lacksChecksum(of member: Int) -> Bool { checksums[member] == nil && promises[member] == nil }

  /// Has the checksums of members found out, as far as they are neither known nor being found out.
  func findChecksums(of wanted: some Sequence<Int>) {
    let lacking = wanted.filter { lacksChecksum(of: $0) }
    guard !lacking.isEmpty else { return }
    for member in lacking { expectChecksum(of: member) }
    tree.findChecksums(of: lacking.map { members[$0] }) { found in
      EventLoop.current.start { [self] in
        for (index, outcome) in found {
          let member = lacking[index]
          settle(member, outcome.mapError { ArchiveFailure($0, members[member]) })
        }
      }
    }
  }

  /// Says that a checksum is being found out. `settle` must follow.
  func expectChecksum(of member: Int) {
    promises[member] = LoopPromise()
  }

  /// Supplies the outcome to all who wait. After a failure the checksum can be asked for again.
  func settle(_ member: Int, _ outcome: Outcome) {
    if case .success(let value) = outcome { checksums[member] = value }
    promises.removeValue(forKey: member)?.fulfil(outcome)
  }

  /// A range of the central directory and what follows it, counted from its start; every checksum in it must be known.
  func centralDirectory(_ range: Range<UInt64>) -> [UInt8] {
    layout.centralDirectory(from: range.lowerBound, to: range.upperBound) { checksums[$0] ?? 0 }
  }
}
