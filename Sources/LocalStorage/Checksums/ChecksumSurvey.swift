internal import Posix
public import Storage

/// Looks through the photo folders while nobody downloads, and has checksums remembered that nobody has asked for yet:
/// even the first visitor of a folder finds them known.
///
/// It reads one file at a time, behind everybody else, and leaves the page cache as it was.
public struct ChecksumSurvey: Sendable {
  /// What one look through all folders came to.
  public struct Round: Equatable, Sendable {
    /// Folders that were new, or had changed.
    public var folders = 0
    /// Files whose checksum was computed.
    public var files = 0
    /// Bytes of these files.
    public var bytes: UInt64 = 0
  }

  /// What is reported of a look.
  public enum Event: Sendable {
    /// A look through all folders in which checksums were computed, and how many nanoseconds it took.
    case finished(Round, nanoseconds: UInt64)
    /// The folders cannot be looked through.
    case failed(StorageError)
    /// One of them cannot. Whoever downloads it gets the error.
    case folderFailed(FolderName, StorageError)
  }

  /// A folder of which every checksum is known.
  private struct Known {
    var change: Timestamp?
    var directories: [[UInt8]]
  }

  /// Nanoseconds before the first round, and between two at least. A round takes a hundredth of the time at most.
  private static let firstPause: UInt64 = 2_000_000_000
  private static let roundPause: UInt64 = 10_000_000_000
  private static let shareOfTime: UInt64 = 100
  /// Nanoseconds between looks whether downloads are over.
  private static let busyPause: UInt64 = 500_000_000
  /// Bytes that are read between two such looks.
  private static let stepBytes: UInt64 = 8 << 20
  /// A file that changed within so many seconds may still be being written.
  private static let settledAge: Int64 = 5
  /// Checksums that are asked for, and remembered, together.
  private static let batch = 256
  /// Folders that are kept in mind; what is beyond is looked at again and again.
  private static let knownLimit = 200_000

  private let folders: PhotoFolders
  private let memory: ChecksumMemory
  private let report: @Sendable (Event) -> Void
  private let isIdle: @Sendable () -> Bool
  private var known: [FolderName: Known] = [:]

  /// - Parameters:
  ///   - isIdle: whether no archive is being sent.
  ///   - report: takes lines for the operator.
  public init(
    folders: PhotoFolders, memory: ChecksumMemory, isIdle: @escaping @Sendable () -> Bool,
    report: @escaping @Sendable (Event) -> Void
  ) {
    self.folders = folders
    self.memory = memory
    self.isIdle = isIdle
    self.report = report
  }

  /// Goes on for as long as the process lives. Call it on a thread of its own.
  public mutating func run() -> Never {
    Thread.yieldToAllOthers()
    Clock.sleep(nanoseconds: Self.firstPause)
    while true {
      waitForIdleness()
      let start = Clock.monotonicNanoseconds()
      let round = lookThrough()
      let duration = Clock.monotonicNanoseconds() &- start
      if round.files > 0 { report(.finished(round, nanoseconds: duration)) }
      Clock.sleep(nanoseconds: max(Self.roundPause, duration &* Self.shareOfTime))
    }
  }

  /// One look through all folders: those that have changed since the last one are listed, and their checksums completed.
  public mutating func lookThrough() -> Round {
    var round = Round()
    let names: [FolderName]
    do throws(StorageError) {
      names = try folders.folders()
    } catch {
      report(.failed(error))
      return round
    }
    let present = Set(names)
    known = known.filter { present.contains($0.key) }
    for name in names {
      if let last = known[name], let now = try? folders.newestDirectoryChange(of: name, last.directories),
        now == last.change
      {
        continue
      }
      round.folders += 1
      do throws(StorageError) { try complete(name, &round) } catch { report(.folderFailed(name, error)) }
    }
    return round
  }

  private mutating func complete(_ name: FolderName, _ round: inout Round) throws(StorageError) {
    waitForIdleness()
    let listing = try folders.list(name)
    let files = PhotoTree(folders: folders, path: Array(name.text.utf8), filter: nil)
    var isSettled = true
    for start in stride(from: 0, to: listing.members.count, by: Self.batch) {
      let members = listing.members[start..<min(start + Self.batch, listing.members.count)].filter { $0.size > 0 }
      let remembered = memory.checksums(of: members.map(\.version))
      let unknown = zip(members, remembered).filter { $0.1 == nil }.map(\.0)
      if !complete(unknown, of: files, &round) { isSettled = false }
    }
    if isSettled, known.count < Self.knownLimit {
      known[name] = Known(change: listing.newestDirectoryChange, directories: listing.directories)
    } else {
      known[name] = nil
    }
  }

  /// - Returns: whether there is nothing left to do for these members.
  private func complete(_ members: [TreeMember], of files: any TreeFiles, _ round: inout Round) -> Bool {
    let start = Clock.now()
    let latest = start.seconds &- Self.settledAge
    let settled = members.filter { member in
      member.fileState?.changed.map { $0.seconds < latest } ?? false
    }
    var isComplete = settled.count == members.count
    var computed: [(version: ContentVersion, crc32: UInt32)] = []
    var work = ChecksumWork(settled, of: files)
    while !work.isDone {
      waitForIdleness()
      work.proceed(Self.stepBytes, leavesCacheAlone: true)
    }
    for (member, outcome) in zip(settled, work.outcomes) {
      switch outcome {
      case .success(let checksum):
        computed.append((member.version, checksum))
        round.files += 1
        round.bytes &+= member.size
      case .failure(.versionChanged): isComplete = false
      case .failure: break
      }
    }
    if !computed.isEmpty { memory.remember(computed, readSince: start) }
    return isComplete
  }

  private func waitForIdleness() {
    while !isIdle() { Clock.sleep(nanoseconds: Self.busyPause) }
  }
}
