internal import DurableFiles
internal import Posix
internal import Storage
internal import Synchronization

/// The keys whose files this process is about to name or to remove, so that another process can settle what this one
/// leaves half done if it is killed. What fails under its hands, it settles itself when it can.
final class IntentJournal: Sendable {
  /// A key that is about to change.
  struct Intent: Hashable, Sendable {
    var bucket: String
    var key: [UInt8]
  }

  /// More that failed are not kept: the next scan of their bucket finds the oldest.
  private static let mostFailed = 1_000
  private static let folderName = "intents"

  private let journal: RecordJournal
  /// Those that failed, and are still to be settled; the oldest first.
  private let failed = Mutex<[(number: UInt64?, intent: Intent)]>([])

  /// The journal of a process.
  init(in privateFolder: PrivateFolder, owner: OwnerIdentity) throws(StorageError) {
    journal = try RecordJournal(in: "\(privateFolder.path)/\(Self.folderName)", owner: owner)
  }

  /// Notes an intent while the body runs. It stays noted if the store fails, which may have been after the file was
  /// named or removed.
  /// - Parameter makesRoom: whether the body is run also where there is no room for a note, as it makes some: what a kill
  ///   leaves then, the next scan of the bucket finds.
  func withIntent<Value>(
    _ intent: Intent, makesRoom: Bool = false, _ body: () throws(StorageError) -> Value
  ) throws(StorageError) -> Value {
    let number = try note(intent, makesRoom: makesRoom)
    do throws(StorageError) {
      let value = try body()
      remove(number)
      return value
    } catch {
      if error.isOfStorage { keep(number, intent) } else { remove(number) }
      throw error
    }
  }

  private func note(_ intent: Intent, makesRoom: Bool) throws(StorageError) -> UInt64? {
    do throws(Errno) {
      return try journal.add(intent.content)
    } catch {
      let error = StorageError(error, "noting an intent")
      guard makesRoom, error == .full else { throw error }
      return nil
    }
  }

  /// Has an intent settled later, which nothing was noted of.
  func settleLater(_ intent: Intent) { keep(nil, intent) }

  private func remove(_ number: UInt64?) {
    if let number { journal.remove([number]) }
  }

  /// Settles one of those that failed, if there are any. It stays for another time if that fails too.
  func settleFailed(_ body: (Intent) throws(StorageError) -> Void) {
    guard let oldest = failed.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { return }
    do throws(StorageError) {
      try body(oldest.intent)
      remove(oldest.number)
    } catch {
      keep(oldest.number, oldest.intent)
    }
  }

  private func keep(_ number: UInt64?, _ intent: Intent) {
    let dropped = failed.withLock { failed in
      // One of a kind is enough: they tell where to look, not what to find there.
      let same = failed.firstIndex { $0.intent == intent }.map { failed.remove(at: $0) }
      failed.append((number, intent))
      return same ?? (failed.count > Self.mostFailed ? failed.removeFirst() : nil)
    }
    if let dropped { remove(dropped.number) }
  }

  /// Settles what processes noted that are gone. A journal is removed once the body has returned for all of it; one of
  /// which something failed stays for the next attempt.
  /// - Parameter log: takes a line for each journal that failed.
  func settleAbandoned(
    boot: String, log: (String) -> Void, _ body: (Intent) throws(StorageError) -> Void
  ) throws(StorageError) {
    do throws(Errno) {
      for other in try journal.abandoned(boot: boot) {
        let intents = Set(other.records.compactMap { Intent($0.content) })
        let failures = Self.failures(of: intents, body)
        if let first = failures.first {
          log(
            "\(failures.count) of \(intents.count) changes that a process left half done cannot be settled yet: \(first)"
          )
        } else {
          try journal.discard(other)
        }
      }
    } catch {
      throw StorageError(error, "settling intents")
    }
  }

  /// Runs the body for each of them, whatever becomes of the others.
  private static func failures(
    of intents: Set<Intent>, _ body: (Intent) throws(StorageError) -> Void
  ) -> [StorageError] {
    var failures: [StorageError] = []
    for intent in intents {
      do throws(StorageError) { try body(intent) } catch { failures.append(error) }
    }
    return failures
  }
}

extension IntentJournal.Intent {
  /// Neither a bucket's name nor a key, which is a path, can hold a zero; and no bucket's name holds a slash.
  fileprivate var content: [UInt8] { Array(bucket.utf8) + [UInt8(ascii: "/")] + key }

  fileprivate init?(_ content: [UInt8]) {
    guard let slash = content.firstIndex(of: UInt8(ascii: "/")) else { return nil }
    let bucket = String(decoding: content[..<slash], as: UTF8.self)
    let key = Array(content[(slash + 1)...])
    guard BucketFolder.isName(bucket), KeyPath.isKey(key) else { return nil }
    self.init(bucket: bucket, key: key)
  }
}
