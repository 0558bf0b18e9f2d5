internal import Digests
internal import Posix
internal import Synchronization

/// The keys whose files this process is about to name or to remove, in a file of its own, so that another process can
/// settle what this one leaves half done if it is killed. What fails under its hands, it settles itself when it can.
///
/// Nothing of it is synced: after a power cut every bucket is scanned anyway.
final class IntentJournal: Sendable {
  /// A key that is about to change.
  struct Intent: Hashable, Sendable {
    var bucket: String
    var key: [UInt8]

    /// Neither a bucket's name nor a key, which is a path, can hold a zero.
    var record: [UInt8] { Array(bucket.utf8) + [0] + key + [0] }
  }

  private struct State: ~Copyable {
    var file: FileDescriptor
    /// The end of the records.
    var size: UInt64 = 0
    /// What is under way.
    var open: [UInt64: [UInt8]] = [:]
    var next: UInt64 = 0
    /// Those among them that failed, and are still to be settled; the oldest first.
    var failed: [UInt64] = []
    /// Beyond this many bytes the file begins anew, with what is under way.
    var limit = IntentJournal.leastLimit
  }

  private static let leastLimit: UInt64 = 16_384
  /// More that failed are not kept: the next scan of their bucket finds the oldest.
  private static let mostFailed = 1_000
  private static let folderName = "intents"

  private let folder: FileDescriptor
  private let name: String
  private let state: Mutex<State>

  /// Opens the journal of a process.
  init(in privateFolder: PrivateFolder, owner: OwnerIdentity) throws(StoreError) {
    let folder = try openFolder("\(privateFolder.path)/\(Self.folderName)", mode: FolderMode.hidden)
    name = "\(owner.text)-\(Hexadecimal.encode(SecureRandom.bytes(8)))"
    do throws(Errno) {
      let file = try folder.open(name, [.readWrite, .create, .truncate, .noFollow], mode: 0o600)
      state = Mutex(State(file: file))
    } catch {
      throw StoreError(error, "opening the journal of intents")
    }
    self.folder = folder
  }

  /// Notes an intent while the body runs. It stays noted if the store fails, which may have been after the file was
  /// named or removed.
  func during<Value>(_ intent: Intent, _ body: () throws(BucketError) -> Value) throws(BucketError) -> Value {
    let number: UInt64
    do throws(Errno) {
      number = try state.withLock { (state) throws(Errno) in try note(intent.record, &state) }
    } catch {
      throw BucketError(error, "noting an intent")
    }
    let value: Value
    do throws(BucketError) { value = try body() } catch {
      state.withLock { state in
        if case .store = error { keep(number, &state) } else { forget(number, &state) }
      }
      throw error
    }
    state.withLock { state in forget(number, &state) }
    return value
  }

  /// Settles one of those that failed, if there are any. It stays for another time if that fails too.
  func settleFailed(_ body: (Intent) throws(BucketError) -> Void) {
    let oldest = state.withLock { state in state.failed.isEmpty ? nil : state.failed.removeFirst() }
    guard let oldest, let record = state.withLock({ $0.open[oldest] }) else { return }
    do throws(BucketError) {
      for intent in Self.intents(record) { try body(intent) }
      state.withLock { state in forget(oldest, &state) }
    } catch {
      state.withLock { state in keep(oldest, &state) }
    }
  }

  private func note(_ record: [UInt8], _ state: inout State) throws(Errno) -> UInt64 {
    // Where there is no room for another file, this one goes on for as long as it can.
    if state.size > state.limit { try? beginAnew(&state) }
    try state.file.writeAll(record.span, at: state.size)
    state.size += UInt64(record.count)
    let number = state.next
    state.next += 1
    state.open[number] = record
    return number
  }

  private func keep(_ number: UInt64, _ state: inout State) {
    // One of a kind is enough: they tell where to look, not what to find there.
    if let same = state.failed.first(where: { state.open[$0] == state.open[number] }) { forget(same, &state) }
    state.failed.append(number)
    if state.failed.count > Self.mostFailed, let oldest = state.failed.first { forget(oldest, &state) }
  }

  private func forget(_ number: UInt64, _ state: inout State) {
    state.open[number] = nil
    state.failed.removeAll { $0 == number }
    guard state.open.isEmpty, (try? state.file.truncate(to: 0)) != nil else { return }
    state.size = 0
    state.limit = Self.leastLimit
  }

  /// Another file takes the place of this one, with what is under way.
  private func beginAnew(_ state: inout State) throws(Errno) {
    let records = state.open.values.flatMap(\.self)
    let temporary = ".\(name)"
    let file = try folder.open(temporary, [.readWrite, .create, .truncate, .noFollow], mode: 0o600)
    try file.writeAll(records.span, at: 0)
    try folder.rename(temporary, to: name)
    state.file = file
    state.size = UInt64(records.count)
    state.limit = max(Self.leastLimit, 2 * state.size)
  }

  // MARK: Those of others

  /// Settles what processes noted that are gone: their journals are removed once the body has returned.
  func settleAbandoned(boot: String, _ body: (Intent) throws(BucketError) -> Void) throws(BucketError) {
    do throws(Errno) {
      for entry in try folder.directoryEntries() {
        let name = String(decoding: entry.name, as: UTF8.self)
        let owner = name.lastIndex(of: "-").flatMap { OwnerIdentity(name[..<$0].drop { $0 == "." }) }
        guard owner?.isGone(boot: boot) ?? true, let file = try? folder.open(name, [.readOnly, .noFollow]) else {
          continue
        }
        let records = try file.readAll(limit: 4 << 20)
        do throws(BucketError) {
          for intent in Self.intents(records) { try body(intent) }
        } catch {
          // It stays for the next attempt.
          continue
        }
        // Another worker may be faster.
        do throws(Errno) { try folder.unlink(name) } catch .noSuchFile {}
      }
    } catch {
      throw BucketError(error, "settling intents")
    }
  }

  /// Reads records; what a process did not write to its end was not yet begun.
  static func intents(_ records: [UInt8]) -> Set<Intent> {
    let fields = records.split(separator: 0, omittingEmptySubsequences: false)
    var intents: Set<Intent> = []
    for index in stride(from: 0, to: fields.count - 2, by: 2) {
      intents.insert(Intent(bucket: String(decoding: fields[index], as: UTF8.self), key: Array(fields[index + 1])))
    }
    return intents
  }
}
