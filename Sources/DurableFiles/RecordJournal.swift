internal import Digests
internal import HTTPSemantics
package import Posix
package import Storage
internal import Synchronization

/// What this process has under way, for others to read: records in a file of its own, in a folder that all processes
/// share. Whoever comes after a process that was killed finds them there.
///
/// Nothing of it is synced: after a power cut the files are looked at anyway.
package final class RecordJournal: Sendable {
  /// Something that is under way.
  package struct Record: Hashable, Sendable {
    /// No other record of this journal has it, also none that was removed.
    package var number: UInt64
    /// Without a zero.
    package var content: [UInt8]

    fileprivate var encoded: [UInt8] { Array("\(number) ".utf8) + content + [0] }
  }

  private struct State: ~Copyable {
    /// Nil as long as nothing was written.
    var file: FileDescriptor?
    /// The end of the records.
    var size: UInt64 = 0
    /// What is under way, by its number.
    var open: [UInt64: Record] = [:]
    var next: UInt64 = 0
    /// Beyond this many bytes the file begins anew, with what is under way.
    var limit = RecordJournal.leastLimit
  }

  private static let leastLimit: UInt64 = 16_384
  /// The most that is read of a journal, in bytes.
  private static let longest = 4 << 20

  private let folder: FileDescriptor
  private let name: String
  private let state = Mutex(State())

  /// The journal of a process in a folder, which is made if it is not there. The file is made for the first record.
  package init(in path: String, owner: OwnerIdentity) throws(StorageError) {
    folder = try openFolder(path, mode: FolderMode.hidden)
    name = "\(owner.text)-\(Hexadecimal.encode(SecureRandom.bytes(8)))"
  }

  /// Adds a record with a content that holds no zero.
  /// - Returns: the number by which it is removed.
  package func add(_ content: [UInt8]) throws(Errno) -> UInt64 {
    try state.withLock { (state) throws(Errno) in
      if state.file == nil {
        try beginAnew(&state)
      } else if state.size > state.limit {
        // Where there is no room for another file, this one goes on for as long as it can.
        try? beginAnew(&state)
      }
      let record = Record(number: state.next, content: content)
      let bytes = record.encoded
      try state.file?.writeAll(bytes.span, at: state.size)
      state.size += UInt64(bytes.count)
      state.next += 1
      state.open[record.number] = record
      return record.number
    }
  }

  /// Removes records. They may be found for a while yet.
  package func remove(_ numbers: some Sequence<UInt64>) {
    state.withLock { state in
      for number in numbers { state.open[number] = nil }
      guard state.open.isEmpty, (try? state.file?.truncate(to: 0)) != nil else { return }
      state.size = 0
      state.limit = Self.leastLimit
    }
  }

  /// Another file takes the place of this one, with what is under way.
  private func beginAnew(_ state: inout State) throws(Errno) {
    let records = state.open.values.flatMap(\.encoded)
    let temporary = ".\(name)"
    let file = try folder.open(temporary, [.readWrite, .create, .truncate, .noFollow], mode: 0o600)
    try file.writeAll(records.span, at: 0)
    try folder.rename(temporary, to: name)
    state.file = consume file
    state.size = UInt64(records.count)
    state.limit = max(Self.leastLimit, 2 * state.size)
  }

  // MARK: Those of others

  /// The journal of another process.
  package struct Other: Sendable {
    package var name: String
    /// Nil for a name that no process gives.
    package var owner: OwnerIdentity?
    package var records: [Record]
  }

  /// The journals of processes that are gone for certain, and those that have a name which no process gives.
  package func abandoned(boot: String) throws(Errno) -> [Other] {
    // First it is gone, and then read: nothing can be added in between.
    try others { $0?.isGone(boot: boot) ?? true }
  }

  /// The journals of other processes, also of such that are gone; those whose owners are chosen.
  package func others(where isChosen: (OwnerIdentity?) -> Bool = { _ in true }) throws(Errno) -> [Other] {
    var others: [Other] = []
    for entry in try folder.directoryEntries() {
      let name = String(decoding: entry.name, as: UTF8.self)
      guard name != self.name, name != ".\(self.name)" else { continue }
      let owner = name.lastIndex(of: "-").flatMap { OwnerIdentity(name[..<$0].drop { $0 == "." }) }
      guard isChosen(owner) else { continue }
      do throws(Errno) {
        let file = try folder.open(name, [.readOnly, .noFollow, .nonBlocking])
        guard try file.status().isRegular else { continue }
        others.append(Other(name: name, owner: owner, records: Self.records(try file.readAll(limit: Self.longest))))
      } catch {
        switch error {
        case .noSuchFile: continue  // Somebody was faster.
        case .accessDenied, .symbolicLoop, .fileTooLarge: continue  // No process of this program wrote it.
        default: throw error
        }
      }
    }
    return others
  }

  /// Removes the journal of a process that is gone, once what it tells of is settled.
  package func discard(_ other: Other) throws(Errno) {
    do throws(Errno) { try folder.unlink(other.name) } catch .noSuchFile {}
  }

  /// Reads records; what a process did not write to its end was not yet begun.
  package static func records(_ bytes: [UInt8]) -> [Record] {
    bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast().compactMap { field in
      guard let space = field.firstIndex(of: UInt8(ascii: " ")) else { return nil }
      return UInt64(String(decoding: field[..<space], as: UTF8.self)).map { number in
        Record(number: number, content: Array(field[(space + 1)...]))
      }
    }
  }
}
