internal import DurableFiles
internal import Posix
internal import Storage
internal import Synchronization

/// The pictures that this process has published, or is about to, and that the index does not list yet.
///
/// They are listed in groups, since each change of the index waits for those of other processes. Others read the names
/// from a journal: whoever reads the index lists first what the journals tell of, so that a list after an upload agrees
/// with it.
final class PublishedPictures: Sendable {
  /// Beyond this many they are listed before more are published.
  static let limit = 256

  private let journal: RecordJournal
  private let waiting = Mutex<[UInt64: ImageIndex.Entry]>([:])
  /// Held while those of this process are listed.
  private let turn = Mutex(())
  /// The numbers of the records that were listed already of the journals of others, by their names.
  private let listed = Mutex<[String: Set<UInt64>]>([:])

  init(in privateFolder: PrivateFolder, owner: OwnerIdentity) throws(StorageError) {
    journal = try RecordJournal(in: "\(privateFolder.path)/published", owner: owner)
  }

  /// Notes a name that is about to be given.
  /// - Returns: what `published` and `forget` want to know.
  func note(_ name: StoredName) throws(StorageError) -> UInt64 {
    do throws(Errno) {
      return try journal.add(Array(name.text.utf8))
    } catch {
      throw StorageError(error, "noting a name")
    }
  }

  /// The name has been given.
  func published(_ entry: ImageIndex.Entry, _ number: UInt64) {
    waiting.withLock { $0[number] = entry }
  }

  /// The name was not given, or has been taken back.
  func forget(_ number: UInt64) {
    waiting.withLock { $0[number] = nil }
    journal.remove([number])
  }

  /// How many wait to be listed.
  var count: Int { waiting.withLock { $0.count } }

  // MARK: Listing

  /// Hands those of this process that wait to `list`, and forgets them once it has returned.
  func settleOwn(_ list: ([ImageIndex.Finding]) throws(StorageError) -> Void) throws(StorageError) {
    guard count > 0 else { return }
    try turn.withLock { (_) throws(StorageError) in
      let entries = waiting.withLock { $0 }
      guard !entries.isEmpty else { return }
      try list(entries.values.map { .image($0) })
      waiting.withLock { waiting in
        for number in entries.keys { waiting[number] = nil }
      }
      journal.remove(entries.keys)
    }
  }

  /// Hands the names of others to `list`, which returns those that it has listed: they are not handed over again.
  func settleOthers(
    _ list: (Set<StoredName>) throws(StorageError) -> Set<StoredName>
  ) throws(StorageError) {
    try listed.withLock { (listed) throws(StorageError) in
      let others: [RecordJournal.Other]
      do throws(Errno) { others = try journal.others() } catch { throw StorageError(error, "reading the journals") }
      var current: [String: Set<UInt64>] = [:]
      for other in others where !other.records.isEmpty {
        let known = listed[other.name, default: []]
        let names = other.names.filter { !known.contains($0.key) }
        let done = names.isEmpty ? [] : try list(Set(names.values))
        current[other.name] = Set(
          other.records.map(\.number).filter { number in
            known.contains(number) || names[number].map { done.contains($0) } ?? false
          })
      }
      listed = current
    }
  }

  /// Hands the names that processes noted that are gone to `list`; their journals are removed once it has returned.
  func settleAbandoned(
    boot: String, _ list: (Set<StoredName>) throws(StorageError) -> Void
  ) throws(StorageError) {
    let abandoned: [RecordJournal.Other]
    do throws(Errno) { abandoned = try journal.abandoned(boot: boot) } catch {
      throw StorageError(error, "reading the journals")
    }
    for other in abandoned {
      if !other.names.isEmpty { try list(Set(other.names.values)) }
      do throws(Errno) { try journal.discard(other) } catch { throw StorageError(error, "removing a journal") }
    }
  }
}

extension RecordJournal.Other {
  /// The names by the numbers of their records.
  fileprivate var names: [UInt64: StoredName] {
    var names: [UInt64: StoredName] = [:]
    for record in records { names[record.number] = StoredName(record.content) }
    return names
  }
}
